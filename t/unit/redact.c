/* A peer's words, made safe for a message. */
#include "common/redact.h"
#include "t/unit/tap.h"

#include "common/crypt.h"

static struct redact r;

static const char *
shown(const char *text)
{
	static char out[64];

	return redact_text(&r, text, strlen(text), out, sizeof out);
}

static void
test_plain(void)
{
	is_str(shown(""), "", "nothing");
	is_str(shown("no such client"), "no such client", "as it is");
	is_str(shown("a\r\nb\tc\x1b[2J\x7f"), "a  b c [2J ", "controls");
	is_str(shown("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
	    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "UTF-8");
	is_str(shown("\xff\xc3"), "??", "not UTF-8");
	is_str(shown("\xc2\x9b" "2J"), "??2J", "a C1 control");
	is_str(shown("0123456789012345678901234567890123456789"
	    "0123456789012345678901234567890"),
	    "012345678901234567890123456789012345678901234567890123456...",
	    "too long");
}

static void
test_secret(void)
{
	redact_add(&r, "s3cr3t/with+reserved\"", 21);
	redact_add(&r, "ab", 2);
	redact_add(&r, "", 0);
	is_str(shown("bad s3cr3t/with+reserved\" here"), "bad *** here",
	    "a secret");
	is_str(shown("S3CR3T/WITH+RESERVED\""), "***", "in another case");
	is_str(shown("secret=s3cr3t%2fwith%2breserved%22&x"),
	    "secret=***&x", "as a form has it");
	is_str(shown("\"s3cr3t\\/with+reserved\\\"\""), "\"***\"",
	    "as JSON has it");
	is_str(shown("s3cr3t/with reserved\""), "***", "half decoded");
	is_str(shown("it began with s3cr3t/w"), "it began with ***",
	    "the beginning of one");
	is_str(shown("ends: reserved\""), "ends:***", "the end of one");
	is_str(shown("s3cr3t&#47;"), "***&#47;", "six bytes of one");
	is_str(shown("s3cr3"), "s3cr3", "five bytes of one");
	is_str(shown("tab"), "t***", "a short one");
	is_str(shown("ababab"), "***", "one after the other");
	redact_add(&r, "another!", 8);
	is_str(shown("tab another!"), "t*** ***", "one more");
	redact_cut(&r, 2);
	is_str(shown("tab another! here"), "tab another! here",
	    "what came later is forgotten");
	is_str(shown("s3cr3t/w"), "***", "what came first is not");
	redact_release(&r);
	is_str(shown("tab"), "tab", "forgotten");
	redact_add(&r, "Q", 1);
	is_str(shown("aqua q"), "a***ua ***", "one of a byte");
	redact_release(&r);
}

/* However the secret is encoded, it is masked, and the text around it stays. */
static void
test_coded(void)
{
	redact_add(&r, "Pa/ss~wo?rd>1", 13);
	is_str(shown("got 50612f73737e776f3f72643e31"), "got ***", "hex");
	is_str(shown("got UGEvc3N+d28/cmQ+MQ=="), "got ***", "base64");
	is_str(shown("got UGEvc3N-d28_cmQ-MQ"), "got ***", "of addresses");
	is_str(shown("dTpQYS9zc353bz9yZD4x"), "dTpQ***", "after u:");
	is_str(shown("got GEvc3N+d now"), "got *** now", "a part of it");
	is_str(shown("{\"got\":\"Pa/ss~\",\"Code\":\"No_Such_2\"} x"),
	    "*** x", "a run with one in it");
	redact_release(&r);
}

/* The buffer ends in the middle of the secret. */
static void
test_cut(void)
{
	is_str(shown("a b c d e f g h i j k l m n o p q r s t "
	    "k7Yp2Vx9QmZ4tR8wLc3Nf6Hs"),
	    "a b c d e f g h i j k l m n o p q r s t ***", "a credential");
	is_str(shown("a b c d e f g h i j k l m n o p q r s t "
	    "Loyalty_Tier_Level_Name__c"),
	    "a b c d e f g h i j k l m n o p q r s t Loyalty_Tier_Leve...",
	    "a name");
}

/* Masking never makes a text longer, even if the secret is shorter than its
 * mask. */
static void
test_address(void)
{
	is_str(shown("see https://host.example/Path%20/x now"),
	    "see https://host.example/Path%20/x now", "an address stays");
	is_str(shown("https://h.example/?token=a 12"),
	    "https://h.example/?token=* 12", "a value of one byte");
	is_str(shown("https://h.example/?token=ab 12"),
	    "https://h.example/?token=** 12", "of two");
	is_str(shown("a b c d e f g h i j k l m n o p q https://h.ex/?sid=a"),
	    "a b c d e f g h i j k l m n o p q https://h.ex/?sid=*",
	    "at the end of the room");
	is_str(shown("https://host.example/t/aB3dE6gH9jK2mN5pQ8sT x"),
	    "https://host.example*** x", "the host stays");
}

/* What an administrator needs to see: all of it stays. */
static const char *const words[] = {
	"[{\"message\":\"No such column Loyalty_Tier_Level_Name__c on"
	    " entity Contact\",\"errorCode\":\"INVALID_FIELD\"}]",
	"{\"errorCode\":\"INVALID_FIELD\",\"message\":\"No such colum"
	    "n\"}",
	"[{\"message\":\"\\nSELECT Id,Employee_Number__c,Address1Line"
	    "2Type3__c FROM\\n^\\nERROR at Row:1:Column:12\\nNo such colu"
	    "mn 'Employee_Number__c' on entity 'User'.\",\"errorCode\":\""
	    "INVALID_FIELD\"}]",
	"[{\"errorCode\":\"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENT"
	    "ITY\",\"message\":\"insufficient access rights on cross-refe"
	    "rence id: 0035g00000AbCdEAAV\"}]",
	"[{\"message\":\"duplicate value found: External_Person_Id__c"
	    " duplicates value on record with id: 0035g00000XyZ12\",\"err"
	    "orCode\":\"DUPLICATE_VALUE\",\"fields\":[]}]",
	"[{\"message\":\"unexpected token: 'FORM'\",\"errorCode\":\"M"
	    "ALFORMED_QUERY\"}]",
	"[{\"message\":\"Session expired or invalid\",\"errorCode\":"
	    "\"INVALID_SESSION_ID\"}]",
	"sf:INVALID_SESSION_ID: INVALID_SESSION_ID: Invalid Session I"
	    "D found in SessionHeader: Illegal Session",
	"FIELD_CUSTOM_VALIDATION_EXCEPTION: Work email must end in @c"
	    "ompany2.example: [Work_Email__c, Cost_Center_2026__c]",
	"{\"error\":\"invalid_grant\",\"error_description\":\"user ha"
	    "sn't approved this consumer\"}",
	"The requested resource does not exist: /services/data/v61.0/"
	    "sobjects/Loyalty_Member2__c/0035g00000AbCdEAAV",
	"REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.",
	"{\"error\":{\"code\":\"COE_PROPERTY_NOT_FOUND\",\"message\":"
	    "{\"lang\":\"en-US\",\"value\":\"[COE0021]Invalid property na"
	    "mes: PerPersonal/customString10. Please check the property n"
	    "ame.\"}}}",
	"[LGN0005]The account is locked or API access is not allowed "
	    "for ISU_Loyalty@SFPART048123",
	"com.successfactors.odata.v2.EdmEntityNotFoundException: EmpE"
	    "mploymentTermination2",
	"Entity FOEventReason is not found. (cust_TerminationReason20"
	    "26_Level3)",
	"Property lastModifiedDateTime is invalid: 2026-11-27T02:04:5"
	    "5.000+0000",
	"EmpJob(seqNumber=1L,startDate=datetime'2026-01-01T00:00:00',"
	    "userId='E10023') with customString12",
	"Unknown report Weekly_Active_Employees_2026",
	"Validation error occurred. Invalid ID value. 'EMPLOYEE_TYPE_"
	    "Regular_2' is not a valid ID value for type = 'Employee_Type"
	    "_ID'",
	"<faultcode>SOAP-ENV:Client.validationError</faultcode><fault"
	    "string>Invalid request for bsvc:Get_Workers_Request v43.2</f"
	    "aultstring>",
	"<wd:Xpath>/ns0:Get_Workers_Request[1]/ns0:Request_References"
	    "[1]/ns0:Worker_Reference[1]</wd:Xpath>",
	"The task submitted is not authorized: https://wd5-impl-servi"
	    "ces1.workday.com/ccx/service/customreport2/acme_dpt1/ISU_Loy"
	    "alty/Weekly_Active_Employees_2026?format=json",
	"{\"error\":\"permission denied\",\"errors\":[{\"error\":\"pe"
	    "rmission denied\",\"code\":\"S22\",\"location\":\"Worker_Dat"
	    "a.Organization_2\"}]}",
	"invalid username or password",
	"{\"status\":0,\"message\":\"Dataset key not mapped with empl"
	    "oyee_master_custom_field_17\",\"error_code\":\"DB4012\"}",
	"{\"status\":0,\"message\":\"Basic Details: field designation"
	    "_title_code is mandatory for employee no EMP-2026-000123\"}",
	"{\"status\":0,\"errors\":[\"Password: must be set for this u"
	    "ser\",\"Basic information missing: date_of_joining\"]}",
	"date_of_exit should be in d-m-Y format, 2026-11-27 02:04:55 "
	    "given (leave_policy_2.effective_from)",
	"{\"status\":\"error\",\"message\":\"Property \\\"loyalty_tie"
	    "r_2026_q4\\\" does not exist\",\"correlationId\":\"aeb5f871-"
	    "7f07-4993-9211-075dc63e7cbf\",\"category\":\"VALIDATION_ERRO"
	    "R\"}",
	"{\"isValid\":false,\"message\":\"hs_v2_date_entered_lead_123"
	    " was not one of the allowed options: [hs_lead_status]\",\"er"
	    "ror\":\"INVALID_OPTION\"}",
	"{\"status\":\"error\",\"message\":\"This app hasn't been gra"
	    "nted all required scopes\",\"context\":{\"requiredGranularSc"
	    "opes\":[\"crm.objects.contacts.write\"]},\"category\":\"MISS"
	    "ING_SCOPES\"}",
	"{\"policyName\":\"TEN_SECONDLY_ROLLING\",\"errorType\":\"RAT"
	    "E_LIMIT\"}",
	"Contact already exists. Existing ID: 1234567890123456789012",
	"https://api.hubapi.com/crm/v3/objects/contacts/batch/update?"
	    "archived=false&limit=100",
	"Bearer token is missing",
	"Bearer error=\"invalid_token\", error_description=\"expired"
	    "\"",
	"Basic authentication is disabled for this tenant",
	"the basic_salary_component is not mapped",
	"Die Rechtsschutzversicherung_Stufe2 fehlt: Pflichtschulungsn"
	    "achweis2",
	"Stra\\u00dfe und Stra%C3%9Fe sind zu lang",
	"{\"access_token\":null,\"error\":\"invalid_client\"}",
	"{\"password\":[\"This field is required.\"],\"token\":{}}",
	"javax.xml.bind.UnmarshalException at com.sun.xml.SAXConnecto"
	    "r2.handleEvent(UnmarshallingContext2.java:726)",
	"{\"errors\":{\"password\":[\"is too short\"]}}",
	"Workday WID a1b2c3d4e5f60718293a4b5c6d7e8f90 unknown",
	"{\"id\":\"a1b2c3d4e5f60718293a4b5c6d7e8f90\"}",
	"employee_id=a1b2c3d4e5f60718293a4b5c6d7e8f90",
	"EMPL-2026-0001-ABCD",
	"4111-1111-1111-1111",
};

static const struct {
	const char *said, *shown;
} credentials[] = {
	{ "Authorization: Bearer k7Yp2Vx9QmZ4tR8wLc3Nf6Hs",
	    "Authorization: Bearer ***" },
	{ "Authorization: Basic dXNlcjpwYXNzd29yZA==",
	    "Authorization: Basic ***" },
	{ "authorization=ApiKey abc123",
	    "authorization=ApiKey ***" },
	{ "{\"Authorization\":\"Bearer abcdef\"}",
	    "{\"Authorization\":\"***\"}" },
	{ "got Bearer abc.def-1, sorry",
	    "got Bearer ***, sorry" },
	{ "got basic YTpi Basic dTpzZWNyZXQx",
	    "got basic YTpi Basic ***" },
	{ "{\"access_token\":\"abc\",\"token_type\":\"x\"}",
	    "{\"access_token\":\"***\",\"token_type\":\"x\"}" },
	{ "{\\\"refresh_token\\\":\\\"a b\\\",\\\"n\\\":1}",
	    "{\\\"refresh_token\\\":\\\"***\\\",\\\"n\\\":1}" },
	{ "{\"refreshToken\" : \"a\\\"bc\"}",
	    "{\"refreshToken\" : \"***\"}" },
	{ "client_id=loyalty&client_secret=hush&x=y",
	    "client_id=loyalty&client_secret=***&x=y" },
	{ "password='open sesame' refused",
	    "password='***' refused" },
	{ "password: hunter2 is wrong",
	    "password: *** is wrong" },
	{ "password: sunshine",
	    "password: ***" },
	{ "PWD=abc;UID=sa",
	    "PWD=***;UID=sa" },
	{ "X-Api-Key: 1234",
	    "X-Api-Key: ***" },
	{ "API key 'abcd' is unknown",
	    "API key '***' is unknown" },
	{ "{\"apiKey\":1234,\"a\":2}",
	    "{\"apiKey\":***,\"a\":2}" },
	{ "?hapikey=aeb5f871-7f07-4993-9211-075dc63e7cbf&a=b",
	    "?hapikey=***&a=b" },
	{ "?sv=2026&sig=abc%2Bdef%3D&se=1",
	    "?sv=2026&sig=***&se=1" },
	{ "X-Amz-Signature=00ff&a=b",
	    "X-Amz-Signature=***&a=b" },
	{ "Cookie: a=b; sid=c; d=e",
	    "Cookie: ***" },
	{ "Set-Cookie: JSESSIONID=1F2E; Path=/",
	    "Set-Cookie: ***" },
	{ "<wsse:Password Type=\"x#PasswordText\">open</wsse:Password>",
	    "<wsse:Password Type=\"x#PasswordText\">***</wsse:Password>" },
	{ "<sessionId>00D!x</sessionId><a>b</a>",
	    "<sessionId>***</sessionId><a>b</a>" },
	{ "the secret \"abc\" is old",
	    "the secret \"***\" is old" },
	{ "passphrase => \"abc\"",
	    "passphrase => \"***\"" },
	{ "client_assertion=abc&a=b",
	    "client_assertion=***&a=b" },
	{ "https://isu:pa55@host.example/x",
	    "https://***@host.example/x" },
	{ "bad eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNr"
	    "yP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U here",
	    "bad *** here" },
	{ "bad eyJhbGciOiJub25lIn0.e30. here",
	    "bad *** here" },
	{ "Session 00D5g000004xYzA!AQEAQKp7xZ3vW9mT2rY8bN4cF6hJ1lS5dG0q"
	    "PuVwXzE expired",
	    "Session *** expired" },
	{ "key d41d8cd98f00b204e9800998ecf8427e unknown",
	    "key *** unknown" },
	{ "key k7Yp2Vx9QmZ4tR8wLc3Nf6Hs, unknown",
	    "key ***, unknown" },
	{ "\"k7Yp2Vx9QmZ4tR8wLc3Nf6Hs\"",
	    "\"***\"" },
	{ "x=aGVsbG8gd29ybGQ/dGhpcytpcyBhIHRlc3Q= y",
	    "x=*** y" },
	{ "aGVsbG8gd29ybGQ\\/dGhpcytpcyBhIHRlc3Q= y",
	    "*** y" },
	{ "pat-na1-aeb5f871-7f07-4993-9211-075dc63e7cbf",
	    "***" },
	{ "AKIAIOSFODNN7EXAMPLE is disabled",
	    "*** is disabled" },
	{ "sk_live_abcdefghijkl",
	    "***" },
	{ "ghp_k7Yp2Vx9QmZ4tR8wLc3Nf6Hsx",
	    "***" },
	{ "-----BEGIN PRIVATE KEY----- MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqV"
	    "Tm50DFtMDoQikTmiCqirVv9mWG9qfSnF",
	    "-----BEGIN PRIVATE KEY----- ***" },
	{ "K5XW6ZLTMFZGK3TPORUGKZLS",
	    "***" },
	{ "q3z8x7k2v9w4m1n6b5c0 no",
	    "*** no" },
	{ "%73%33%63%72%33%74%21%41 no",
	    "*** no" },
	{ "%2573%2533%2563%2572 no",
	    "*** no" },
	{ "\\u0073\\u0033\\u0063\\u0072 no",
	    "*** no" },
	{ "&#115;&#51;&#x63;&#114; no",
	    "*** no" },
	{ "/oauth/k7Yp2Vx9QmZ4tR8wLc3Nf6Hs/x",
	    "***" },
	{ "<password><![CDATA[hunter2]]></password>",
	    "<password><![CDATA[***]]></password>" },
	{ "<password><![CDATA[hun<ter2",
	    "<password><![CDATA[***" },
	{ "&quot;password&quot;:&quot;hunter2&quot;,",
	    "&quot;password&quot;:&quot;***&quot;," },
	{ "&#34;secret&#34; : &#34;hun ter2&#34; x",
	    "&#34;secret&#34; : &#34;***&#34; x" },
	{ "password%3Dhunter2 x",
	    "password%3D*** x" },
	{ "password%253dhunter2 x",
	    "password%253d*** x" },
	{ "%22password%22%3A%22hunter2%22 x",
	    "*** x" },
	{ "{\"secret\":[\"a\",\"s3cr3t\"],\"x\":\"y\"}",
	    "{\"secret\":[\"*\",\"***\"],\"x\":\"y\"}" },
	{ "{\"token\":{\"value\":\"x\"},\"x\":\"y\"}",
	    "{\"token\":{\"value\":\"*\"},\"x\":\"y\"}" },
	{ "{\"token\":{\"value\":[\"hunter2",
	    "{\"token\":{\"value\":[\"***" },
	{ "key ABCDE-FGH1J-KLMNO-P2RST-UVWXY.",
	    "key ***" },
	{ "key A1B2-C3D4-E5F6-G7H8",
	    "key ***" },
	{ "sess_id=a1b2c3d4e5f60718293a4b5c6d7e8f90",
	    "sess_id=***" },
	{ "key a1b2c3d4e5f60718293a4b5c6d7e8f90",
	    "key ***" },
};

static void
test_looks(void)
{
	char out[512];
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		is_str(redact_text(&r, words[i], strlen(words[i]), out,
		    sizeof out), words[i], "%s", words[i]);
	for (i = 0; i < sizeof credentials / sizeof credentials[0]; i++)
		is_str(redact_text(&r, credentials[i].said,
		    strlen(credentials[i].said), out, sizeof out),
		    credentials[i].shown, "%s", credentials[i].shown);
}

int
main(void)
{
	crypt_init();
	test_plain();
	test_secret();
	test_coded();
	test_cut();
	test_address();
	test_looks();
	return done_testing();
}
