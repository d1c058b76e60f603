# loya-token gets an access token, which is kept.
# shellcheck source=t/oauth.sh
. "$here/oauth.sh"
prepare() {
	[ -n "${get_url-}" ] || {
		start_peer
		get_url=$url
	}
	mode good
	url=$get_url
	loya-token -q init
	secret crm.oauth "$client_secret"
	oauth crm '"grant":"client_credentials","client_id":"id"'
}
act() { run loya-token -q get crm; }
promise() {
	[ ! -s "$T/act.out" ] || [ "$(loya-token -q get crm)" = "$(cat "$T/act.out")" ]
}
settle() { loya-token -q get crm; }
dump() {
	store "SELECT source, expires_at FROM credential;
	    SELECT kind, source FROM audit ORDER BY seq"
}
