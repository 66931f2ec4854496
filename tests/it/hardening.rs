//! Answers to requests of any kind: the requirements A4 to A7, each under its number.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Application, Expect as _, TestApp, middleware_settings, story};

/// Sends raw bytes; returns the answer until the portal closes or is silent.
fn raw(t: &TestApp, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(t.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    // The portal may have answered and closed before all was sent.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[story]
fn a4_two_hundred_bad_requests_are_problems_that_tell_nothing(t: TestApp) {
    let awa = t.ncp("SN");
    let bodies: [&[u8]; 10] = [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\"x\"",
        b"{\"email\":{}}",
        b"\xff\xfe",
        b"{\"a\":1e999}",
        b"{\"\\ud800\":1}",
        b"{\"email\":\"' OR 1=1 --\",\"password\":\"\\u0000\"}",
    ];
    let paths = [
        "/auth/login",
        "/auth/refresh",
        "/registrations",
        "/registrations/verify",
        "/setup",
        "/me",
        "/me/tokens",
        "/me/password",
        "/nothing",
        "/users/x/suspend",
    ];
    let mut sent = 0;
    for path in paths {
        for body in bodies {
            for method in ["POST", "PATCH"] {
                let answer = awa.send(method, &format!("/api/v1{path}"), Some(("application/json", body))).unwrap();
                sent += 1;
                assert!((400..500).contains(&answer.status), "{method} {path}: {}", answer.text);
                answer.clone().refused(answer.status);
                let said = answer.text.to_lowercase();
                for word in ["panicked", "select ", "insert ", "src/", ".rs", "actix", "diesel", "sqlite", "postgres"] {
                    assert!(!said.contains(word), "{method} {path}: {said}");
                }
            }
        }
    }
    assert_eq!(sent, 200);
    awa.get("/me").expect(200);
}

#[story]
fn a4_a_panic_harms_no_other_request(t: TestApp) {
    use actix_web::middleware::from_fn;
    use actix_web::web::{self, Data};
    use portal::http::Limits;
    use portal::http::middleware;
    async fn falls_over() -> actix_web::HttpResponse {
        panic!("on purpose")
    }
    async fn stands() -> &'static str {
        "well"
    }
    let context = Data::new(middleware_settings(&t.portal));
    let second = Duration::from_secs(1);
    let limits = Data::new(Limits { body: 1_024, upload: 1_024, body_time: second, request_time: second });
    let (up, is_up) = std::sync::mpsc::channel();
    let server = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = move || {
                let app = actix_web::App::new().app_data(context.clone()).app_data(limits.clone());
                app.wrap(from_fn(middleware::wrap))
                    .route("/falls", web::get().to(falls_over))
                    .route("/stands", web::get().to(stands))
            };
            let server = actix_web::HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
            let address = server.addrs()[0];
            let running = server.run();
            up.send((address, running.handle())).unwrap();
            running.await.unwrap();
        });
    });
    let (address, handle) = is_up.recv().unwrap();
    let client = portal::demo::client::Client::new(&format!("http://{address}"));
    for _ in 0..5 {
        let fallen = client.send("GET", "/falls", None).unwrap();
        assert!(!fallen.text.contains("on purpose"), "{}", fallen.text);
        assert_eq!(fallen.refused(500), "internal");
        assert_eq!(client.send("GET", "/stands", None).unwrap().text, "well");
    }
    t.run(handle.stop(true));
    server.join().unwrap();
}

#[story]
fn a5_a_route_takes_its_methods_alone_and_says_what_it_answers(t: TestApp) {
    let awa = t.ncp("SN");
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let place = path.replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057").replace("{code}", "SN");
        let place = place.replace("{deed}", "approve");
        for method in ["TRACE", "PUT", "DELETE", "PATCH", "POST"] {
            if methods.get(method.to_lowercase()).is_none() {
                let answer = t.anonymous().send(method, &place, None).unwrap();
                assert_eq!(answer.status, 405, "{method} {path}");
                let allowed = answer.header("allow").unwrap_or_default().to_uppercase();
                assert!(!allowed.contains(method), "{method} {path}: {allowed}");
            }
        }
        if methods.get("get").is_some() {
            let answer = awa.send("GET", &place, None).unwrap();
            let kind = answer.header("content-type").unwrap_or_default();
            let known = [
                "application/atom+xml",
                "application/json",
                "application/problem+json",
                "application/openmetrics-text",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "text/csv",
                "text/vcard",
            ];
            assert!(known.iter().any(|known| kind.starts_with(known)), "{path}: {kind}");
        }
    }
    for page in ["/", "/forgot"] {
        let page = t.anonymous().send("GET", page, None).unwrap();
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    }
}

#[story("server.allowed_origins=https://app.example")]
fn a6_every_answer_has_its_headers(t: TestApp) {
    let awa = t.ncp("SN");
    let answers = [
        awa.get("/me"),
        awa.get("/contacts"),
        awa.get("/nothing"),
        awa.get("/registrations"),
        t.anonymous().get("/me").unwrap(),
        t.anonymous().post("/auth/login", &json!({})).unwrap(),
        t.anonymous().send("GET", "/", None).unwrap(),
        t.anonymous().send("TRACE", "/api/v1/me", None).unwrap(),
        t.anonymous().with_header("sec-fetch-site", "cross-site").post("/setup", &json!({})).unwrap(),
        t.anonymous().send("GET", &format!("/{}", "x".repeat(9_000)), None).unwrap(),
    ];
    for answer in &answers {
        for (name, value) in [
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{} {}", answer.status, answer.text);
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(answer.header("x-request-id").is_some() && answer.header("server").is_none());
    }
    assert_eq!(answers[9].clone().refused(414), "uri_too_long");
    let from = |origin: &str| awa.with_header("origin", origin).get("/me");
    assert_eq!(from("https://app.example").header("access-control-allow-origin"), Some("https://app.example"));
    assert!(from("https://app.example").header("vary").unwrap().to_lowercase().contains("origin"));
    for evil in ["https://evil.example", "https://app.example.evil.example", "null", "http://app.example"] {
        assert_eq!(from(evil).header("access-control-allow-origin"), None, "{evil}");
        assert_eq!(from(evil).header("access-control-allow-credentials"), None, "{evil}");
    }
}

#[story]
fn a7_what_is_too_large_too_deep_or_twice_is_refused(t: TestApp) {
    let awa = t.ncp("SN");
    let large = json!({"email": "a@b.example", "password": "x".repeat(1_048_576)});
    assert_eq!(t.anonymous().post("/auth/login", &large).unwrap().refused(413), "too_large");
    let send = |body: &str| {
        t.anonymous().send("POST", "/api/v1/auth/login", Some(("application/json", body.as_bytes()))).unwrap()
    };
    // Eight kibibytes are plenty for a login.
    let padded = format!("{{\"email\": \"a@b.example\",{} \"password\": \"x\"}}", " ".repeat(9_000));
    assert_eq!(send(&padded).refused(413), "too_large");
    let deep = format!("{{\"email\": {}1{}, \"password\": \"x\"}}", "[".repeat(40), "]".repeat(40));
    assert_eq!(send(&deep).refused(400), "too_deep");
    let twice = send("{\"email\": \"a@b.example\", \"email\": \"c@d.example\", \"password\": \"x\"}");
    assert_eq!(twice.json()["errors"][0]["code"], "duplicate", "{}", twice.text);
    assert_eq!(awa.get("/contacts?limit=5&limit=6").refused(400), "bad_query");
    assert_eq!(awa.get("/contacts?limit=101").refused(400), "bad_query");
    let headers: Vec<String> = (0..200).map(|number| format!("x-header-{number}: {number}\r\n")).collect();
    let many = format!("GET /api/v1/me HTTP/1.1\r\nhost: x\r\n{}\r\n", headers.concat());
    assert!(raw(&t, many.as_bytes()).starts_with("HTTP/1.1 4"), "too many headers");
    let announcement = json!({"audience": {}, "default_language": "en",
        "variants": {"en": {"subject": "Long", "body_markdown": "é".repeat(20_000)},
            "fr": {"subject": "Long", "body_markdown": "é".repeat(20_000)}}});
    t.admin().post("/announcements", &announcement).expect(201);
}

#[story("server.client_timeout_seconds=1")]
fn a7_a_slow_body_is_cut_off(t: TestApp) {
    let head =
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
    let mut stream = TcpStream::connect(t.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 4_096];
    let read = stream.read(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    t.ncp("SN").get("/me").expect(200);
}

#[story]
fn a7_nothing_is_smuggled_past_a_proxy(t: TestApp) {
    let hidden = "GET /api/v1/me HTTP/1.1\r\nhost: x\r\n\r\n";
    for (name, head) in [
        ("two lengths", "content-length: 0\r\ncontent-length: 40\r\n"),
        ("length and chunks", "content-length: 4\r\ntransfer-encoding: chunked\r\n"),
        ("chunks and length", "transfer-encoding: chunked\r\ncontent-length: 4\r\n"),
        ("a length that is none", "content-length: +4\r\n"),
        ("an unknown encoding", "transfer-encoding: xchunked\r\n"),
        ("two encodings", "transfer-encoding: chunked, identity\r\n"),
        ("a space before the colon", "transfer-encoding : chunked\r\n"),
    ] {
        let request = format!(
            "POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{head}\r\n0\r\n\r\n{hidden}"
        );
        let answer = raw(&t, request.as_bytes());
        let answers = answer.matches("HTTP/1.1 ").count();
        assert!(answers <= 1, "{name}: {answer}");
        assert!(!answer.contains(" 200 ") && !answer.contains("login_required"), "{name}: {answer}");
    }
    let folded = format!("GET /health/live HTTP/1.1\r\nhost: x\r\nx-a: b\r\n c\r\n\r\n{hidden}");
    assert!(raw(&t, folded.as_bytes()).matches("HTTP/1.1 200").count() <= 1);
    let application = Application::new("SN", "Awa Diop");
    t.anonymous().post("/registrations", &application.form()).unwrap().expect(202);
}
