#!/bin/sh
# Source files and loya.json: what loya-recv -n says about them.
. "$(dirname "$0")/lib.sh"

src() {		# name, text on stdin
	cat >"$LOYA_CONF/sources/$1.json"
}
wrong() {	# sentence, pattern of the message
	status 78 "$1" loya-recv -n
	like "$1: the message" "$(cat "$T/err")" "^loya-recv: .*$2"
}
owner() {	# field
	sed -n "s/.*\"field\":\"$1\",\"owner\":\([^,]*\),.*/\1/p" "$T/out"
}

ok "no source at all is not an error" loya-recv -n
src hr <<'END'
{ "profile": "plain" }
END
ok "a source is a file" loya-recv -n
is "one source owns every core field" "$(owner email)" '"hr"'

src hr <<'END'
{
  "profile": "plain",
  "receive": {
    "auth": {
      "preset": "slack",
      "tolerance": "300"
    }
  }
}
END
wrong "a wrong type" \
    'sources/hr\.json:6:20: receive\.auth\.tolerance: not a number'
src hr <<'END'
{
  "profile": "plain",
  "recieve": {}
}
END
wrong "an unknown key" 'sources/hr\.json:3:14: recieve: no such key'
src hr <<'END'
{
  "profile": "plain",
}
END
wrong "invalid JSON" 'sources/hr\.json:3:1: a key was expected'
src hr <<'END'
{ "profile": "plane" }
END
wrong "an unknown profile" \
    "sources/hr\.json:1:14: profile: there is no profile 'plane'"
src hr <<'END'
{
  "receive": { "auth": { "kind": "bearer" } },
  "map": {
    "external_id": "/id",
    "fields": { "email": "mail" }
  }
}
END
wrong "a pointer that leads nowhere" \
    "sources/hr\.json:5:26: map\.fields\.email: 'mail': not a place"
rm "$LOYA_CONF/sources/hr.json"
mkdir "$LOYA_CONF/sources/hr.json"
wrong "a file that cannot be read" 'sources/hr\.json: Is a directory'
rmdir "$LOYA_CONF/sources/hr.json"

src darwinbox <<'END'
{ "profile": "darwinbox" }
END
src salesforce <<'END'
{ "profile": "salesforce", "receive": { "auth": { "preset": "github" } } }
END
wrong "two sources that map one field without a rule" \
    'sources/salesforce\.json:1:1: map: .*/darwinbox\.json maps .* as well'
echo '{"authority":{"*":["darwinbox","salesforce"],"tag":["salesforce"]}}' \
    >"$LOYA_CONF/loya.json"
wrong "a rule about a field that nobody maps" \
    'loya\.json:1:52: authority\.tag: neither a core field nor an attribute'
echo '{"authority":{"*":["darwinbox","sales"]}}' >"$LOYA_CONF/loya.json"
wrong "a rule about an unknown source" \
    "loya\.json:1:32: authority\.\*\[1\]: there is no source 'sales'"
echo '{"authority":{"*":["darwinbox","salesforce"],"email":["salesforce"]}}' \
    >"$LOYA_CONF/loya.json"
ok "a rule for each field" loya-recv -n
is "an owner by its own rule" "$(owner email)" '"salesforce"'
is "and one by the rest" "$(owner status)" '"darwinbox"'
rm "$LOYA_CONF/loya.json" "$LOYA_CONF"/sources/*.json

# The examples of loya-source(5), in order; the third is loya.json.
awk -v to="$T/example" '/^\.Sh EXAMPLES/ { on = 1 } /^\.Ed/ { out = "" }
    out != "" { print > out }
    on && /^\.Bd/ { out = to (++n) }' "$top/man/loya-source.5"
src darwinbox <"$T/example1"
ok "the manual's first example" loya-recv -n
src salesforce <"$T/example2"
cp "$T/example3" "$LOYA_CONF/loya.json"
ok "the second and the third" loya-recv -n
is "the tags are Salesforce's" "$(owner tags)" '"salesforce"'
rm "$LOYA_CONF/loya.json" "$LOYA_CONF"/sources/*.json
src own <"$T/example4"
ok "the fourth" loya-recv -n
rm "$LOYA_CONF"/sources/*.json
src salesforce <"$T/example5"
ok "the fifth" loya-recv -n
rm "$LOYA_CONF"/sources/*.json
mkfifo "$LOYA_CONF/sources/pipe.json"
status 78 "a pipe is not read as a source file" loya-recv -n
like "it is named" "$(cat "$T/err")" 'pipe.json: is not a file'

# Without a store the files are checked all the same.
rm -f "$LOYA_CONF"/sources/* "$LOYA_CONF"/loya.json
echo '{"profile":"salesforce"}' >"$LOYA_CONF/sources/crm.json"
ok "files without a store" loya-recv -n
like "what one lacks to be posted to is said" "$(cat "$T/err")" \
    "^loya-recv: source crm: .* no receive\.auth, so nothing can be posted to it\$"

# A thin event waits for ever if nothing reads its record back.
hook='"receive":{"auth":{"kind":"bearer"}},"map":{"external_id":"/id","thin":"/id"}'
echo "{$hook}" >"$LOYA_CONF/sources/crm.json"
ok "thin events without a pull" loya-recv -n
like "are reported" "$(cat "$T/err")" "source crm: thin events wait for a pull"
echo "{$hook,\"pull\":{\"base\":\"https://a.example\",
    \"one\":{\"url\":\"{base}/{key}\",\"key\":\"/id\"}}}" \
    >"$LOYA_CONF/sources/crm.json"
ok "with one" loya-recv -n
is "they are not" "$(grep -c 'thin events' "$T/err")" 0
echo '{"profile":"workday","receive":{"auth":{"kind":"bearer"}},"map":{"forms":{
    "notification":{"thin":false},"template":{"thin":false}}}}' \
    >"$LOYA_CONF/sources/crm.json"
ok "nor where the file says that none is thin" loya-recv -n
is "which is so" "$(grep -c 'thin events' "$T/err")" 0

# A password in a URL is not shown in messages.
address='"https://me:pa/s@w0rd@api.example/v2"'
for file in "{\"pull\":{\"base\":$address,
        \"changes\":[{\"url\":\"{base}/c\"}]}}" \
    "{\"oauth\":{\"grant\":\"client_credentials\",\"url\":$address}}" \
    "{\"profile\":\"hubspot\",\"receive\":{\"auth\":{\"url\":$address}}}" \
    "{\"push\":{\"kind\":\"webhook\",\"on\":\"*\",
        \"webhook\":{\"url\":$address}}}" \
    "{\"push\":{\"kind\":\"rest\",\"rest\":{\"base\":$address,
        \"requests\":{\"a\":{\"on\":\"*\",\"url\":\"{base}/a\"}}}}}" \
    "{\"push\":{\"kind\":\"rest\",\"rest\":{
        \"requests\":{\"a\":{\"on\":\"*\",\"url\":$address}}}}}"; do
	echo "$file" >"$LOYA_CONF/sources/crm.json"
	wrong "a password in $(echo "$file" | tr -d ' \n' |
	    sed 's/"https.*//')" "https://\*\*\*@api\.example/v2"
	is "it is in no message" "$(grep -c 'w0rd' "$T/err")" 0
done
done_testing
