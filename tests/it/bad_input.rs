//! Bad input: every request gets a clear problem, and the portal continues.

use serde_json::json;

use crate::support::{Application, Expect as _, TestApp, story};

#[story]
fn bodies_of_the_wrong_shape_name_the_place(t: TestApp) {
    let send = |body: &str| {
        t.anonymous().send("POST", "/api/v1/auth/login", Some(("application/json", body.as_bytes()))).unwrap()
    };
    for (body, status, code, pointer) in [
        ("", 400, "malformed_json", None),
        ("{\"email\": ", 400, "malformed_json", None),
        ("{\"email\": \"a@b.example\", \"password\": \"x\"} trailing", 400, "malformed_json", None),
        ("\u{0}", 400, "malformed_json", None),
        ("{}", 422, "invalid", Some("/email")),
        ("{\"email\": 7, \"password\": \"x\"}", 422, "invalid", Some("/email")),
        ("{\"email\": \"a\", \"password\": null}", 422, "invalid", Some("/password")),
        ("{\"email\": \"a\", \"password\": \"b\", \"admin\": true}", 422, "invalid", Some("/admin")),
        ("\"text\"", 422, "invalid", Some("")),
    ] {
        let answer = send(body);
        assert_eq!(answer.json()["errors"][0]["pointer"].as_str(), pointer, "{body}: {}", answer.text);
        assert_eq!(answer.refused(status), code, "{body}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(send(&deep).status / 100, 4);
}

#[story]
fn a_body_past_the_bound_is_refused(t: TestApp) {
    let mut form = Application::new("SN", "Awa Diop").form();
    form["job_title"] = json!("x".repeat(1_000_000));
    assert_eq!(t.anonymous().post("/registrations", &form).unwrap().refused(413), "too_large");
    form["job_title"] = json!("x".repeat(17_000));
    assert_eq!(t.anonymous().post("/registrations", &form).unwrap().refused(413), "too_large", "of a stranger");
    form["job_title"] = json!("x".repeat(15_000));
    assert_eq!(t.anonymous().post("/registrations", &form).unwrap().refused(422), "invalid");
}

#[story]
fn another_media_type_is_refused(t: TestApp) {
    for media_type in ["text/plain", "application/xml", "application/x-www-form-urlencoded"] {
        let answer = t.anonymous().send("POST", "/api/v1/auth/login", Some((media_type, b"{}"))).unwrap();
        assert_eq!(answer.refused(415), "media_type");
    }
    let body = Some(("application/json; charset=utf-8", b"{}".as_slice()));
    assert_eq!(t.anonymous().send("POST", "/api/v1/auth/login", body).unwrap().status, 422);
}

#[story]
fn names_and_addresses_carry_no_headers(t: TestApp) {
    for (field, value) in [
        ("name", "E\r\nBcc: x@y.example"),
        ("name", "nul\u{0}"),
        ("name", "\u{202e}gpj.exe"),
        ("name", "line\u{2028}separator"),
        ("name", "   "),
        ("email", "a@x.example\r\nBcc: b@x.example"),
        ("email", "a@localhost"),
        ("email", "two@at@x.example"),
        ("job_title", "a\nb"),
        ("phone", "javascript:alert(1)"),
        ("nominating_official", "x\u{7}"),
    ] {
        let mut form = Application::new("SN", "Awa Diop").form();
        form[field] = json!(value);
        let answer = t.anonymous().post("/registrations", &form).unwrap();
        assert_eq!(answer.json()["errors"][0]["pointer"], format!("/{field}"), "{value:?}");
        assert_eq!(answer.refused(422), "invalid");
    }
    t.deliver();
    assert_eq!(t.receiver.count(), 0);
}

#[story]
fn unknown_members_and_roles_are_refused(t: TestApp) {
    for (field, value, code, told) in [
        ("organisation", "ZZ", "unknown_organisation", "No Member has the code ZZ"),
        ("organisation", "XS", "unknown_organisation", "No Member has the code XS"),
        ("role", "secretariat", "role_not_open", "Available roles: National Contact Point, Coordinator."),
        ("role", "king", "unknown_value", "secretariat, coordinator, ncp"),
        ("preferred_language", "de", "unknown_value", "en, fr, es, ar, ru, pt"),
    ] {
        let mut form = Application::new("SN", "Awa Diop").form();
        form[field] = json!(value);
        let answer = t.anonymous().post("/registrations", &form).unwrap();
        assert_eq!(answer.json()["errors"][0]["pointer"], format!("/{field}"), "{}", answer.text);
        assert_eq!(answer.json()["errors"][0]["code"], code, "{}", answer.text);
        assert!(answer.text.contains(told), "says what there is: {}", answer.text);
        assert_eq!(answer.refused(422), "invalid");
    }
}

#[story]
fn a_word_that_is_none_is_told_which_there_are(t: TestApp) {
    let admin = t.admin();
    for (path, allowed) in [
        ("/contacts?sort=size", "name, -updated_at, member"),
        ("/contacts?region=PNC", "AMS, EUR, ESA, WCA, MENA, AP"),
        ("/contacts?facets=colour", "region, "),
        ("/appointments?status=gone", "invited, incomplete, pending"),
    ] {
        let answer = admin.get(path);
        let fault = answer.json()["errors"][0].clone();
        assert_eq!(fault["code"], "unknown_value", "{path}: {}", answer.text);
        assert!(fault["detail"].as_str().unwrap().contains(allowed), "{path}: {fault}");
    }
    let form = json!({"organisation": "SN", "role": "ncp", "valid_to": "2027-01-11T09:00:00"});
    let answer = admin.post("/appointments", &form);
    let fault = answer.json()["errors"][0].clone();
    assert_eq!((&fault["pointer"], &fault["code"]), (&json!("/valid_to"), &json!("bad_instant")));
    assert!(fault["detail"].as_str().unwrap().contains("2027-01-11T09:00:00+01:00"), "{fault}");
}

#[story]
fn a_cursor_is_good_for_its_own_list_alone(t: TestApp) {
    let awa = t.ncp("SN");
    t.seed(10);
    let cursor_of = |path: &str| awa.get(path).expect(200)["page"]["next_cursor"].as_str().unwrap().to_owned();
    let cursor = cursor_of("/contacts?limit=2&role=ncp&role=coordinator");
    awa.get(&format!("/contacts?role=coordinator&role=ncp&limit=7&cursor={cursor}")).expect(200);
    let members = cursor_of("/members?limit=2");
    let flipped = if cursor.starts_with('A') { "B" } else { "A" };
    let forged = format!("{flipped}{}", &cursor[1..]);
    for path in [
        format!("/contacts?limit=2&role=ncp&cursor={cursor}"),
        format!("/contacts?limit=2&cursor={cursor}"),
        format!("/members?role=ncp&role=coordinator&cursor={cursor}"),
        format!("/contacts?role=ncp&role=coordinator&cursor={forged}"),
        format!("/contacts?cursor={members}"),
    ] {
        let answer = awa.get(&path);
        if !path.starts_with("/members?role") {
            assert_eq!(answer.json()["errors"][0]["code"], "bad_cursor", "{path}");
        }
        assert_eq!(answer.refused(400), "bad_query", "{path}");
    }
}

#[story]
fn queries_of_the_wrong_shape_name_the_parameter(t: TestApp) {
    let awa = t.ncp("SN");
    for (path, parameter) in [
        ("/contacts?colour=blue", "colour"),
        ("/contacts?limit=0", "limit"),
        ("/contacts?limit=101", "limit"),
        ("/contacts?limit=many", "limit"),
        ("/contacts?cursor=%21%21", "cursor"),
        ("/contacts?cursor=YQ", "cursor"),
        ("/contacts?region=MOON", "region"),
        ("/members?role=ncp", "role"),
        ("/announcements?cursor=YQ", "cursor"),
    ] {
        let answer = awa.get(path);
        let pointer = answer.json()["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned();
        assert!(pointer == parameter || pointer.is_empty(), "{path}: {}", answer.text);
        assert_eq!(answer.refused(400), "bad_query", "{path}");
    }
    let long = format!("/contacts?q={}", "x".repeat(201));
    assert_eq!(awa.get(&long).refused(400), "bad_query");
    assert_eq!(awa.get("/contacts/not-an-id").refused(404), "not_found");
}

#[story]
fn unknown_paths_and_methods_are_problems_too(t: TestApp) {
    let send = |method: &str, path: &str| t.anonymous().send(method, path, None).unwrap();
    for path in ["/nothing", "/api/v1", "/api/v1/nothing", "/api/v2/contacts", "/../etc/passwd", "/%00"] {
        assert_eq!(send("GET", path).refused(404), "not_found", "{path}");
    }
    let answer = send("DELETE", "/api/v1/registrations");
    assert_eq!(answer.refused(405), "method_not_allowed");
}

#[story]
fn problems_speak_the_readers_language(t: TestApp) {
    let mut reader = t.anonymous();
    for (language, title, content_language) in [
        ("fr-CA, en;q=0.5", "Veuillez vous connecter", "fr"),
        ("ja", "Please log in", "en"),
        ("en", "Please log in", "en"),
    ] {
        reader.language = language;
        let answer = reader.get("/me").unwrap();
        assert_eq!(answer.json()["title"], title);
        assert_eq!(answer.header("content-language"), Some(content_language));
    }
}
