/*
 * Invented SOAP messages in the published shapes: a Salesforce outbound message
 * (its WSDL and recorded messages of public receivers) and a SAP SuccessFactors
 * ExternalEvent (its public schema).
 */
#ifndef T_SOAP_H
#define T_SOAP_H

static const char soap_outbound[] =
"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
"<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\""
" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""
" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
" <soapenv:Body>\n"
"  <notifications xmlns=\"http://soap.sforce.com/2005/09/outbound\">\n"
"   <OrganizationId>00DZz0000000LoYMAU</OrganizationId>\n"
"   <ActionId>04kZz0000000AbcIAE</ActionId>\n"
"   <SessionId xsi:nil=\"true\"/>\n"
"   <Notification>\n"
"    <Id>04lZz00000LoyaNIAR</Id>\n"
"    <sObject xsi:type=\"sf:Contact\""
" xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\">\n"
"     <sf:Id>003Zz00000LoyA1IAJ</sf:Id>\n"
"     <sf:LastName>O&apos;Dell &amp; Co</sf:LastName>\n"
"     <sf:SystemModstamp>2026-03-04T05:06:07.000Z</sf:SystemModstamp>\n"
"    </sObject>\n"
"   </Notification>\n"
"   <Notification><Id>04lZz00000LoyaOIAR</Id><sObject"
" xsi:type=\"sf:Contact\"><sf:Id>003Zz00000LoyA2IAJ</sf:Id></sObject>"
"</Notification>\n"
"  </notifications>\n"
" </soapenv:Body>\n"
"</soapenv:Envelope>\n";

__attribute__((unused))
static const char soap_outbound_json[] =
"{\"Envelope\":{\"Body\":{\"notifications\":{"
"\"OrganizationId\":\"00DZz0000000LoYMAU\","
"\"ActionId\":\"04kZz0000000AbcIAE\",\"SessionId\":null,\"Notification\":[{"
"\"Id\":\"04lZz00000LoyaNIAR\",\"sObject\":{\"@type\":\"sf:Contact\","
"\"Id\":\"003Zz00000LoyA1IAJ\",\"LastName\":\"O'Dell & Co\","
"\"SystemModstamp\":\"2026-03-04T05:06:07.000Z\"}},{"
"\"Id\":\"04lZz00000LoyaOIAR\",\"sObject\":{\"@type\":\"sf:Contact\","
"\"Id\":\"003Zz00000LoyA2IAJ\"}}]}}}}";

__attribute__((unused))
static const char soap_external[] =
"<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">\n"
" <soap:Body>\n"
"  <n:ExternalEvent"
" xmlns:n=\"http://notification.event.successfactors.com\">\n"
"   <n:externalEventMeta>\n"
"    <n:externalEventId>11111111-2222-4333-8444-555555555555"
"</n:externalEventId>\n"
"    <n:effective>future</n:effective>\n"
"   </n:externalEventMeta>\n"
"   <n:events>\n"
"    <n:event>\n"
"     <n:entityType>EmpJob</n:entityType>\n"
"     <n:publishedAt>1767225599000</n:publishedAt>\n"
"     <n:entityKeys>\n"
"      <n:entityKey><name>userId</name><value>U1001</value></n:entityKey>\n"
"      <n:entityKey><name>seqNumber</name><value>1</value></n:entityKey>\n"
"     </n:entityKeys>\n"
"     <n:params>\n"
"      <n:param><name>personIdExternal</name><value>P1001</value></n:param>\n"
"     </n:params>\n"
"    </n:event>\n"
"   </n:events>\n"
"  </n:ExternalEvent>\n"
" </soap:Body>\n"
"</soap:Envelope>\n";

__attribute__((unused))
static const char soap_external_json[] =
"{\"Envelope\":{\"Body\":{\"ExternalEvent\":{\"externalEventMeta\":{"
"\"externalEventId\":\"11111111-2222-4333-8444-555555555555\","
"\"effective\":\"future\"},\"events\":{\"event\":{\"entityType\":\"EmpJob\","
"\"publishedAt\":\"1767225599000\",\"entityKeys\":{\"entityKey\":["
"{\"name\":\"userId\",\"value\":\"U1001\"},"
"{\"name\":\"seqNumber\",\"value\":\"1\"}]},\"params\":{\"param\":"
"{\"name\":\"personIdExternal\",\"value\":\"P1001\"}}}}}}}}";

#endif
