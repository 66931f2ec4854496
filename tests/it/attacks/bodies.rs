//! Bodies that cost more than their size: XML, lists, products of two inputs (numbers 1 and 3); and what an answer to a
//! body reveals to people who may not send it (of number 22).

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use portal::demo::client::{Answer, Client};
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

const BOOK: &str = "/carddav/directory/";
const CARD: &str = "urn:ietf:params:xml:ns:carddav";

/// The address-book program of a person.
fn program(t: &TestApp, person: &Person) -> Client {
    let form = json!({"name": "phone", "scopes": ["community:read"], "expires_in_days": 30});
    let token = person.post("/me/tokens", &form).expect(201)["token"].as_str().unwrap().to_owned();
    let pair = STANDARD.encode(format!("{}:{token}", person.email));
    t.anonymous().with_header("authorization", &format!("Basic {pair}"))
}

/// Joins the texts for the numbers up to `count`.
fn each(count: usize, write: impl Fn(usize) -> String) -> String {
    (0..count).map(write).collect()
}

fn ask(program: &Client, method: &str, depth: &str, body: &str) -> Answer {
    let program = program.with_header("depth", depth);
    program.send(method, BOOK, Some(("application/xml", body.as_bytes()))).unwrap()
}

fn propfind(props: &str) -> String {
    format!("<D:propfind xmlns:D=\"DAV:\"><D:prop>{props}</D:prop></D:propfind>")
}

fn multiget(props: &str, hrefs: &str) -> String {
    format!(
        "<C:addressbook-multiget xmlns:D=\"DAV:\" xmlns:C=\"{CARD}\"><D:prop>{props}</D:prop>{hrefs}</C:addressbook-multiget>"
    )
}

/// Sends a head and the beginning of a body.
fn begin(t: &TestApp, head: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(t.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
    stream
}

/// The answer of the portal, up to the end of its head.
fn head_of_answer(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("an answer");
        head.extend(byte);
    }
    String::from_utf8(head).unwrap().to_ascii_lowercase()
}

/// The rest of the answer until the portal closes the connection.
fn rest_of_answer(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the portal closes the connection");
    String::from_utf8(answer).unwrap()
}

/// A client with made-up credentials announces a body and never sends it: the answer comes all the same, and the
/// connection is closed, so that the client cannot continue to send.
#[story]
fn a01_a_stranger_is_refused_before_a_body_is_received(t: TestApp) {
    let basic = STANDARD.encode("awa@customs-sn.example:portal_pat_0000000000000000000000000000000000000000000");
    for (line, scheme, media_type) in [
        ("REPORT /carddav/directory/", format!("Basic {basic}"), "application/xml"),
        ("PROPFIND /carddav/directory/", format!("Basic {basic}"), "application/xml"),
        ("POST /api/v1/announcements", "Bearer made-up".to_owned(), "application/json"),
        ("PUT /api/v1/members/SN/adoption", "Bearer made-up".to_owned(), "application/json"),
        ("POST /api/v1/invitations/import", "Bearer made-up".to_owned(), "text/csv"),
    ] {
        let head = format!(
            "{line} HTTP/1.1\r\nhost: x\r\nif-match: *\r\nauthorization: {scheme}\r\ncontent-type: {media_type}"
        );
        for (announced, sent) in
            [("content-length: 900000", "<a xmlns='"), ("transfer-encoding: chunked", "a\r\n<a xmlns='\r\n")]
        {
            let mut stream = begin(&t, &format!("{head}\r\n{announced}"), sent);
            let answer = head_of_answer(&mut stream);
            assert!(answer.starts_with("http/1.1 401"), "{line}, {announced}: {answer}");
            assert!(answer.contains("\r\nconnection: close\r\n"), "{line}, {announced}: {answer}");
            if line.starts_with("REPORT") {
                // Whether or not more comes, and however it was announced.
                rest_of_answer(stream);
            }
        }
    }
    // One that comes whole leaves the connection as it was.
    let whole = "POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                 transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nhost: x\r\n\
                 connection: close";
    let answer = rest_of_answer(begin(&t, whole, ""));
    assert!(answer.starts_with("HTTP/1.1 422") && answer.contains("HTTP/1.1 200"), "{answer}");
}

/// Bodies sent with a valid token: a namespace of 900 kB over thousands of elements, thousands of attributes, of
/// namespaces, of properties.
#[story]
fn a01_a_document_of_an_address_book_is_small_or_refused(t: TestApp) {
    let phone = program(&t, &t.ncp("SN"));
    let namespace = "n".repeat(900_000);
    let long = format!("<D:propfind xmlns:D=\"DAV:\" xmlns=\"{namespace}\">{}</D:propfind>", "<a/>".repeat(11_000));
    assert_eq!(ask(&phone, "REPORT", "0", &long).refused(400), "malformed_xml");
    assert_eq!(ask(&phone, "PROPFIND", "0", &long).refused(413), "too_large", "which is short");
    let attributes: String = each(100_000, |n| format!(" a{n}=''"));
    assert_eq!(ask(&phone, "REPORT", "0", &format!("<a{attributes}/>")).refused(400), "malformed_xml");
    let namespaces: String = each(10_000, |n| format!("<a xmlns='urn:{n}'/>"));
    assert_eq!(ask(&phone, "REPORT", "0", &multiget(&namespaces, "")).refused(400), "malformed_xml");
    let elements = "<a/>".repeat(200_000);
    assert_eq!(ask(&phone, "REPORT", "0", &multiget(&elements, "")).refused(400), "malformed_xml");
    for (props, code) in [
        (each(51, |n| format!("<D:p{n}/>")), "properties-within-limits"),
        (each(11, |n| format!("<x:p{n} xmlns:x='{}'/>", "n".repeat(400))), "properties-within-limits"),
    ] {
        let answer = ask(&phone, "PROPFIND", "0", &propfind(&props));
        assert_eq!(answer.status, 403, "{}", answer.text);
        assert!(answer.text.contains(code), "{}", answer.text);
    }
    let condition = "<C:prop-filter name=\"FN\"><C:text-match>a</C:text-match></C:prop-filter>";
    let text = format!("<C:prop-filter name=\"FN\"><C:text-match>{}</C:text-match></C:prop-filter>", "a".repeat(501));
    for filter in [condition.repeat(10_000), condition.repeat(21), text] {
        let query = format!(
            "<C:addressbook-query xmlns:D=\"DAV:\" xmlns:C=\"{CARD}\"><D:prop><D:getetag/></D:prop>\
             <C:filter>{filter}</C:filter></C:addressbook-query>"
        );
        let answer = ask(&phone, "REPORT", "1", &query);
        assert!(answer.status == 400 || answer.text.contains("supported-filter"), "{}", answer.text);
    }
}

#[story]
fn a01_an_answer_grows_with_the_cards_alone(t: TestApp) {
    let awa = t.ncp("SN");
    let phone = program(&t, &awa);
    t.seed(200);
    // Names of properties that there are not are repeated for every card: they are few and short.
    let short: String = each(30, |n| format!("<D:p{n}/>"));
    let answer = ask(&phone, "PROPFIND", "1", &propfind(&short));
    assert_eq!(answer.status, 207, "{}", answer.text);
    assert!(answer.bytes.len() <= 202 * 2_048, "{} bytes of 201 cards and their book", answer.bytes.len());
    let long: String = each(8, |n| format!("<x:p{n} xmlns:x='{}'/>", "n".repeat(200)));
    assert_eq!(ask(&phone, "PROPFIND", "0", &propfind(&long)).status, 207, "of the book alone they may be longer");
    for (method, body) in [
        ("PROPFIND", propfind(&long)),
        ("REPORT", multiget(&long, "")),
        (
            "REPORT",
            format!("<D:sync-collection xmlns:D=\"DAV:\"><D:sync-token/><D:prop>{long}</D:prop></D:sync-collection>"),
        ),
    ] {
        let answer = ask(&phone, method, "1", &body);
        assert_eq!(answer.status, 403, "{}", answer.text);
        assert!(answer.text.contains("properties-within-limits"), "{}", answer.text);
    }
    // The same property, and the same card, thousands of times counts once.
    let again = ask(&phone, "PROPFIND", "0", &propfind(&"<D:getetag/>".repeat(1_000)));
    assert_eq!(again.text.matches("getetag").count(), 1, "{}", again.text);
    let cards = ask(&phone, "PROPFIND", "1", &propfind("<D:getetag/>"));
    let href = cards.text.split("<D:href>").find_map(|rest| rest.split_once(".vcf")).unwrap().0.to_owned();
    let many = format!("<D:href>{href}.vcf</D:href>").repeat(5_000);
    let once = ask(&phone, "REPORT", "1", &multiget("<D:getetag/><C:address-data/>", &many));
    assert_eq!(once.text.matches("BEGIN:VCARD").count(), 1);
    // Ten thousand cards by name, as some programs ask, are as many answers and no more.
    let all: String = each(10_000, |n| format!("<D:href>{BOOK}01890a5d-ac96-774b-bcce-{n:012}.vcf</D:href>"));
    let body = multiget("<D:getetag/>", &all);
    let answer = ask(&phone, "REPORT", "1", &body);
    assert_eq!((answer.status, answer.text.matches("404 Not Found").count()), (207, 10_000));
    assert!(answer.bytes.len() <= 3 * body.len());
}

/// The first fault of an answer: where, and what.
fn first_fault(answer: &Answer) -> (String, String) {
    let fault = &answer.json()["errors"][0];
    let text = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
    (text("pointer"), text("code"))
}

fn codes(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("c{n}")).collect()
}

#[story]
fn a03_lists_are_counted_before_anything_is_done_with_them(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    // What anybody may send is short, whatever it says.
    let mut form = Application::new("KE", "Wanjiru Kamau").form();
    form["languages"] = json!(codes(8_000));
    assert_eq!(t.anonymous().post("/registrations", &form).unwrap().refused(413), "too_large");
    form["languages"] = json!(codes(1_500));
    let answer = t.anonymous().post("/registrations", &form).unwrap();
    assert_eq!(first_fault(&answer), ("/languages".to_owned(), "too_many".to_owned()), "{}", answer.text);
    // The same code a thousand times counts as a thousand codes.
    form["languages"] = json!(vec!["en"; 1_000]);
    let answer = t.anonymous().post("/registrations", &form).unwrap();
    assert_eq!(first_fault(&answer).1, "too_many", "{}", answer.text);

    let many = codes(5_000);
    let invitation =
        json!({"email": "a@customs-ke.example", "name": "A", "organisation": "KE", "role": "ncp", "languages": many});
    let webhook = json!({"url": "https://receiver.example/", "description": "a", "events": many});
    let token = json!({"name": "a", "expires_in_days": 1, "scopes": vec!["profile:read"; 1_000]});
    let announcement = |audience: Value| json!({"default_language": "en", "variants": {"en": {"subject": "a", "body_markdown": "a"}}, "audience": audience});
    let contact = admin.get("/contacts?member=SN").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let (change, any) = (format!("/contacts/{contact}"), admin.with_header("if-match", "*"));
    for (answer, pointer) in [
        (awa.patch("/me", &json!({"languages": many})), "/languages"),
        (awa.patch("/me", &json!({"technologies": many})), "/technologies"),
        (any.patch(&change, &json!({"technologies": many})), "/technologies"),
        (any.patch("/members/SN", &json!({"mail_domains": many})), "/mail_domains"),
        (admin.post("/invitations", &invitation), "/languages"),
        (admin.post("/webhooks", &webhook), "/events"),
        (admin.post("/me/tokens", &token), "/scopes"),
        (admin.post("/announcements", &announcement(json!({"members": many}))), "/audience/members"),
        (
            admin.post("/announcements", &announcement(json!({"none": [{"languages": many}]}))),
            "/audience/none/0/languages",
        ),
        (admin.post("/announcements", &announcement(json!({"roles": vec!["ncp"; 1_000]}))), "/audience/roles"),
        (
            admin.post("/announcements", &announcement(json!({"adoption": {"technologies": many}}))),
            "/audience/adoption/technologies",
        ),
        (admin.post("/announcements", &announcement(json!({"any": vec![json!({}); 60]}))), "/audience/any"),
    ] {
        assert_eq!(answer.status, 422, "{pointer}: {}", answer.text);
        assert_eq!(first_fault(&answer), (pointer.to_owned(), "too_many".to_owned()), "{}", answer.text);
    }
    // Half a megabyte of audiences is refused before one is made: each takes a hundred times its two bytes.
    let audience = announcement(json!({"any": vec![json!({}); 100_000]}));
    assert_eq!(admin.post("/announcements", &audience).refused(400), "too_many_values");
    let nested = (0..20).fold(json!({}), |within, _| json!({"all": [within]}));
    assert_eq!(admin.post("/announcements", &announcement(nested)).refused(400), "too_deep");
    let asked = vec!["member=SN"; 300].join("&");
    assert_eq!(awa.get(&format!("/contacts?{asked}")).refused(400), "bad_query");
}

/// A word of two hundred letters has two hundred misspelt forms: it is found, and those are not made.
#[story]
fn a03_a_long_word_is_looked_up_as_it_is_written(t: TestApp) {
    let (awa, long) = (t.ncp("SN"), "Kamau".repeat(10));
    let application = Application::new("KE", &format!("Wanjiru {long}"));
    t.member(&Application { email: "wanjiru@customs-ke.example".to_owned(), ..application });
    let found = |typed: &str| {
        let rows = awa.get(&format!("/contacts?q={typed}")).expect(200);
        rows["data"].as_array().unwrap().iter().any(|row| row["email"] == "wanjiru@customs-ke.example")
    };
    assert!(found(&long) && found("kamaukam"), "as it is written, and by its beginning");
    assert!(found("wanjuru"), "a usual word with one letter wrong");
    assert!(!found(&long.replacen('u', "o", 1)) && !found(&"a".repeat(200)), "a long one");
}

#[story]
fn a03_a_list_of_mistakes_is_answered_by_a_short_one(t: TestApp) {
    let unknown: Vec<String> = (0..200).map(|n| format!("X{n}")).collect();
    let parts = vec![json!({"members": unknown}); 40];
    let announcement = json!({"default_language": "en", "variants": {"en": {"subject": "a", "body_markdown": "a"}},
        "audience": {"any": parts}});
    let answer = t.admin().post("/announcements", &announcement);
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 100, "the first hundred of eight thousand");
    assert_eq!(answer.refused(422), "invalid");
}

#[story("throttle.exempt_networks=", "throttle.network_applications=3", "throttle.network_forgot=3")]
fn a03_mistakes_are_counted_before_they_are_looked_at(t: TestApp) {
    let stranger = t.from("203.0.113.7");
    let mut form = Application::new("SN", "Awa Diop").form();
    form["languages"] = json!(codes(1_000));
    for _ in 0..3 {
        assert_eq!(stranger.post("/registrations", &form).unwrap().refused(422), "invalid");
    }
    assert_eq!(stranger.post("/registrations", &form).unwrap().refused(429), "too_many_attempts");
    for _ in 0..3 {
        stranger.post("/auth/password/forgot", &json!({"email": "no address"})).unwrap().expect(202);
    }
    let again = stranger.post("/auth/password/forgot", &json!({"email": "no address"})).unwrap();
    assert_eq!(again.refused(429), "too_many_attempts");
}

#[story]
fn a03_without_a_good_link_nothing_is_said_of_the_rest(t: TestApp) {
    let token = "0".repeat(43);
    for (path, form) in [
        ("/setup", json!({"token": token, "password": "x", "email": "no address", "name": ""})),
        ("/invitations/accept", json!({"token": token, "password": "x", "name": "", "languages": codes(100)})),
        ("/auth/password/reset", json!({"token": token, "password": "x"})),
    ] {
        assert_eq!(t.anonymous().post(path, &form).unwrap().refused(410), "link_spent", "{path}");
    }
}

/// A coordinator of another organisation is answered alike whatever the body says, or is.
#[story]
fn a22_a_stranger_learns_nothing_of_a_body(t: TestApp) {
    let awa = t.ncp("SN");
    let stranger = t.member(&Application { role: "coordinator", ..Application::new("KE", "Wanjiru Kamau") });
    let appointment = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let contact = t.admin().get("/contacts?member=SN").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let client =
        t.anonymous().with_token(stranger.tokens["access_token"].as_str().unwrap()).with_header("if-match", "*");
    for (method, path, status) in [
        ("PUT", format!("/appointments/{appointment}/nomination"), 404),
        ("PUT", format!("/appointments/{appointment}/nomination/letter"), 404),
        ("POST", format!("/appointments/{appointment}/replace"), 404),
        ("POST", format!("/appointments/{appointment}/suspend"), 404),
        ("PATCH", format!("/appointments/{appointment}"), 404),
        ("PATCH", format!("/contacts/{contact}"), 403),
        ("PUT", "/members/SN/adoption".to_owned(), 403),
    ] {
        for (media_type, body) in [
            ("application/json", "{}"),
            ("application/json", "{\"unknown\": 1}"),
            ("application/json", "{\"reason\": 7, \"overlap_days\": -1, \"valid_to\": \"never\"}"),
            ("application/json", "[1,"),
            ("text/plain", "x"),
        ] {
            let sent = Some((media_type, body.as_bytes()));
            let answer = client.send(method, &format!("/api/v1{path}"), sent).unwrap();
            assert_eq!(answer.status, status, "{method} {path} with {body}: {}", answer.text);
            let told = answer.json()["errors"].as_array().map_or(0, Vec::len);
            assert_eq!(told, 0, "{method} {path} with {body}: {}", answer.text);
        }
    }
    // A person who may decide on registrations first learns whether there is anything to decide.
    let decided = t.admin().get("/registrations?status=approved").expect(200)["data"][0]["id"].clone();
    let unknown = json!("01890a5d-ac96-774b-bcce-b302099a8057");
    for (registration, status, code) in [(decided, 409, "not_pending"), (unknown, 404, "not_found")] {
        let path = format!("/registrations/{}/reject", registration.as_str().unwrap());
        assert_eq!(t.admin().post(&path, &json!({"unknown": 1})).refused(status), code);
    }
    // If the body itself names the organisation, that is checked first.
    let invitation =
        json!({"email": "no address", "name": "", "organisation": "SN", "role": "ncp", "languages": codes(50)});
    assert_eq!(stranger.post("/invitations", &invitation).refused(403), "other_organisation");
    let person = awa.get("/me").expect(200)["id"].clone();
    let past =
        json!({"organisation": "SN", "role": "contributor", "user_id": person, "valid_to": "2001-01-01T00:00:00Z"});
    assert_eq!(stranger.post("/appointments", &past).refused(403), "other_organisation");
}

#[story]
fn a22_the_tag_of_an_address_book_tells_of_what_its_reader_sees_alone(t: TestApp) {
    let (awa, reader) = (t.member(&Application::new("SN", "Awa Diop")), t.ncp("FR"));
    let phone = program(&t, &reader);
    let asked = propfind("<D:sync-token/><S:getctag xmlns:S=\"http://calendarserver.org/ns/\"/>");
    let state = || ask(&phone, "PROPFIND", "0", &asked).text;
    let before = state();
    assert!(before.contains("urn:portal:sync:") && before.contains("getctag"), "{before}");
    // The phone is for the organisation.
    awa.patch("/me", &json!({"phone": "+221 77 000 00 01"})).expect(200);
    assert_eq!(state(), before);
    awa.patch("/me", &json!({"job_title": "Director"})).expect(200);
    assert_ne!(state(), before);
}
