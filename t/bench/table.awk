# Samples ("SERIES VALUE" in the order of the rounds, "SERIES skipped WHY") and
# lines (bench.sh) to the table.  A ratio is taken round by round, then its
# median: what the machine did to a whole round cancels out.

function sort(v, n,    i, j, x) {
	for (i = 2; i <= n; i++) {
		x = v[i]
		for (j = i - 1; j > 0 && v[j] > x; j--)
			v[j + 1] = v[j]
		v[j + 1] = x
	}
}

function median(v, n) {
	return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

# mid, low and high of a list.
function sum_up(v, n) {
	sort(v, n)
	mid = median(v, n)
	low = v[1]
	high = v[n]
}

function of_series(s,    i, v) {
	for (i = 1; i <= count[s]; i++)
		v[i] = sample[s, i]
	sum_up(v, count[s])
}

function of_ratio(a, b,    i, n, v) {
	n = count[a] < count[b] ? count[a] : count[b]
	for (i = 1; i <= n; i++)
		v[i] = sample[a, i] / sample[b, i]
	sum_up(v, n)
}

function show(unit, x) {
	return sprintf(unit == "ms" || unit == "s" || \
	    unit == "MiB" ? "%.2f" : "%.0f", x)
}

function range(unit) {
	return show(unit, mid) " [" show(unit, low) ".." show(unit, high) "]"
}

function numbers(name) {
	return sprintf(",\"%s\":{\"median\":%.4f,\"min\":%.4f,\"max\":%.4f}",
	    name, mid, low, high)
}

function verdict(x, op, target) {
	if (op == "-")
		return ""
	if (op == ">=" ? x >= target : x < target)
		return "ok"
	missed = 1
	return "MISSED"
}

function line_out(name, a, b, op, target, unit,    why, held, head) {
	why = a in skipped ? skipped[a] : b in skipped ? skipped[b] : ""
	if (why != "") {
		printf json ? "{\"line\":\"%s\",\"skipped\":\"%s\"}\n" \
		    : "%-20s skipped: %s\n", name, why
		return
	}
	of_series(a)
	held = mid
	if (json)
		head = "{\"line\":\"" name "\",\"unit\":\"" unit "\"" numbers("value")
	else
		head = sprintf("%-20s %-26s", name, range(unit) " " unit)
	if (b != "-") {
		of_series(b)
		head = head (json ? ",\"against\":\"" b "\"" numbers("limit") \
		    : sprintf(" %-20s %-22s", b, range(unit)))
		of_ratio(a, b)
		held = mid
		head = head (json ? numbers("ratio") \
		    : sprintf(" %6.3f [%.3f..%.3f]", mid, low, high))
	} else if (!json) {
		head = head sprintf(" %-43s %22s", "", "")
	}
	v = verdict(held, op, target)
	if (json)
		print head (op == "-" ? "" : ",\"target\":\"" op " " target \
		    "\",\"ok\":" (v == "ok" ? "true" : "false")) "}"
	else
		print head (op == "-" ? "" : "  " op " " target "  " v)
}

FNR == NR && $2 == "skipped" {
	s = $1
	sub(/^[^ ]+ skipped /, "")
	skipped[s] = $0
	next
}
FNR == NR {
	sample[$1, ++count[$1]] = $2
	next
}
FNR == 1 && !json {
	printf "%-20s %-26s %-43s %-22s  %s\n", "line", "median [min..max]",
	    "against", "ratio", "target"
}
{
	line_out($1, $2, $3, $4, $5, $6)
}
END {
	exit missed
}
