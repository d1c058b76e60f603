-- wrk -s wrk.lua URL -- FILE LENGTH: the requests of FILE, one after another,
-- each once until the file ends.
local file, length

function init(args)
	file = assert(io.open(args[1], "rb"))
	length = tonumber(args[2])
end

function request()
	local one = file:read(length)
	if not one then
		file:seek("set", 0)
		one = file:read(length)
	end
	return one
end
