# Syslog lines read by rsyslog: every column has the value that it has in the
# store.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
PATH=$PATH:/usr/sbin
command -v rsyslogd >/dev/null || skip_all "needs rsyslogd"
audit_store
line member hr 'a|b=c\\d\"e]f,h' 2026-11-22T13:00:00Z \
    '{"external_id":"x|=\\\"]","version":1,"name":"a\u001b[2J\nCEF:0|"}' |
    loya-apply >"$T/apply.out"

cat >"$T/conf.rsyslog" <<END
global(workDirectory="$T" parser.escapeControlCharactersOnReceive="off")
module(load="imtcp")
module(load="mmpstrucdata")
template(name="t" type="string" string="%msgid% %\$!rfc5424-sd%\n")
input(type="imtcp" port="0" address="127.0.0.1" listenPortFileName="$T/port")
action(type="mmpstrucdata")
action(type="omfile" file="$T/read" template="t")
END
start rsyslog rsyslogd -n -f "$T/conf.rsyslog" -i "$T/pid"
wait_for "rsyslog" test -s "$T/port" || skip_all "rsyslogd does not start"

loya-audit -O syslog >"$T/lines"
n=$(wc -l <"$T/lines" | tr -d ' ')
perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(PeerAddr =>
    "127.0.0.1:$ARGV[0]") or die $!; print $s <STDIN>; close $s' \
    "$(cat "$T/port")" <"$T/lines"
wait_for "all lines" sh -c "[ \$(grep -c loya@32473 '$T/read') = $n ]"
sed -n 's/.* { "loya@32473": \(.*\) }$/\1/p' "$T/read" >"$T/data"
is "every line has its columns" "$(wc -l <"$T/data" | tr -d ' ')" "$n"
sqlite3 "$LOYA_STORE" "SELECT count(*) FROM audit a JOIN json_each('[' ||
    replace(trim(CAST(readfile('$T/data') AS TEXT), char(10)), char(10), ',')
    || ']') j ON json_extract(j.value, '\$.seq') = CAST(a.seq AS TEXT)
    WHERE json_extract(j.value, '\$.event_id') IS a.event_id
    AND json_extract(j.value, '\$.detail') = a.detail
    AND json_extract(j.value, '\$.actor') = a.actor
    AND json_extract(j.value, '\$.member') IS a.member" >"$T/same"
is "each with its value, escapes undone" "$(cat "$T/same")" "$n"
stop rsyslog
done_testing
