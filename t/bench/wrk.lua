-- wrk -s wrk.lua URL -- FILE LENGTH [close]: the requests of FILE, one after
-- another, each once until the file ends; with close each on a connection of
-- its own.
local file, length, close

function init(args)
	file = assert(io.open(args[1], "rb"))
	length = tonumber(args[2])
	close = args[3] == "close"
end

function request()
	local one = file:read(length)
	if not one then
		file:seek("set", 0)
		one = file:read(length)
	end
	if close then
		one = one:gsub("\r\n", "\r\nConnection: close\r\n", 1)
	end
	return one
end
