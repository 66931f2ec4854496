//! What those who run the portal rely on.

use portal::i18n::Language;
use serde_json::{Value, json};

use crate::support::{Expect as _, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        health_tells_live_from_ready,
        every_answer_has_its_security_headers,
        a_request_keeps_the_proxys_id,
        a_stranger_chooses_no_request_id: ["server.trusted_proxies="],
        every_route_that_wants_a_login_refuses_without_one,
        the_documentation_comes_from_the_binary_itself,
        a_page_is_a_page_in_both_languages,
        every_refusal_has_its_text,
    ]
}

fn health_tells_live_from_ready(t: TestApp) {
    for (path, status) in [("/health/live", "live"), ("/health/ready", "ready")] {
        assert_eq!(t.anonymous().send("GET", path, None).unwrap().expect(200), json!({"status": status}));
    }
}

fn every_answer_has_its_security_headers(t: TestApp) {
    let answers = [
        t.anonymous().send("GET", "/health/live", None).unwrap(),
        t.anonymous().get("/me").unwrap(),
        t.anonymous().send("GET", "/", None).unwrap(),
        t.ncp("SN").get("/contacts"),
    ];
    for answer in answers {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{}", answer.text);
        }
        // A page's forms must say where they come from.
        let is_page = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        let referrer = if is_page { "same-origin" } else { "no-referrer" };
        assert_eq!(answer.header("referrer-policy"), Some(referrer));
        assert!(answer.header("strict-transport-security").is_some());
        assert!(answer.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
        assert!(answer.header("server").is_none());
    }
}

fn a_request_keeps_the_proxys_id(t: TestApp) {
    let first = t.anonymous().get("/me").unwrap();
    let second = t.anonymous().get("/me").unwrap();
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    assert_eq!(first.json()["request_id"].as_str(), first.header("x-request-id"));
    let kept = |id: &str| t.anonymous().with_header("x-request-id", id).get("/me").unwrap();
    assert_eq!(kept("from-the-proxy").header("x-request-id"), Some("from-the-proxy"));
    assert_ne!(kept("short").header("x-request-id"), Some("short"));
}

fn a_stranger_chooses_no_request_id(t: TestApp) {
    let chosen = t.anonymous().with_header("x-request-id", "from-somebody").get("/me").unwrap();
    assert_ne!(chosen.header("x-request-id"), Some("from-somebody"));
}

/// The operations of the checked-in description: (method, path, whether a login is wanted).
fn operations() -> Vec<(String, String, bool)> {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations.push((method.to_uppercase(), path.clone(), operation.get("security").is_some()));
        }
    }
    operations
}

fn every_route_that_wants_a_login_refuses_without_one(t: TestApp) {
    let mut public = Vec::new();
    for (method, path, wants_login) in operations() {
        let place = path
            .replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{delivery}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{code}", "SN")
            .replace("{deed}", "approve");
        let body: Option<(&str, &[u8])> =
            (method != "GET" && method != "DELETE").then_some(("application/json", b"{}"));
        let answer = t.anonymous().send(&method, &place, body).unwrap();
        assert_eq!(answer.status == 401, wants_login, "{method} {path}: {}", answer.text);
        assert!(![404, 405].contains(&answer.status), "{method} {path} is served");
        if !wants_login {
            public.push(format!("{method} {path}"));
        }
    }
    // Whoever adds to this list opens something to the world.
    assert_eq!(
        public,
        [
            "GET /.well-known/jwks.json",
            "GET /api/v1/announcements/feed.atom",
            "POST /api/v1/appointments/confirm",
            "POST /api/v1/auth/email/confirm",
            "POST /api/v1/auth/email/undo",
            "POST /api/v1/auth/keep-account",
            "POST /api/v1/auth/login",
            "POST /api/v1/auth/login/mfa",
            "POST /api/v1/auth/passkey/finish",
            "POST /api/v1/auth/passkey/start",
            "POST /api/v1/auth/password/forgot",
            "POST /api/v1/auth/password/reset",
            "POST /api/v1/auth/refresh",
            "POST /api/v1/invitations/accept",
            "POST /api/v1/invitations/look",
            "POST /api/v1/registrations",
            "POST /api/v1/registrations/verify",
            "POST /api/v1/setup",
            "GET /health/live",
            "GET /health/ready",
        ]
    );
}

fn the_documentation_comes_from_the_binary_itself(t: TestApp) {
    let page = t.anonymous().send("GET", "/docs/", None).unwrap();
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("https://"), "nothing from elsewhere: {}", page.text);
    let document = t.anonymous().send("GET", "/openapi.json", None).unwrap().expect(200);
    assert_eq!(document["openapi"], "3.1.0");
}

fn a_page_is_a_page_in_both_languages(t: TestApp) {
    let mut browser = t.anonymous();
    for (language, words) in [("en", "Forgot your password?"), ("fr", "Mot de passe oublié")] {
        browser.language = language;
        let page = browser.send("GET", "/forgot", None).unwrap();
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(
            page.text.contains(words) && page.text.contains(&format!("<html lang=\"{language}\"")),
            "{}",
            page.text
        );
        assert!(!page.text.contains("<script"));
    }
    let body = Some(("application/x-www-form-urlencoded", b"email=x%40y.example".as_slice()));
    let done = browser.send("POST", "/forgot", body).unwrap();
    assert!(done.status == 200 && done.text.contains("Veuillez consulter"), "{}", done.text);
}

fn every_refusal_has_its_text(t: TestApp) {
    // Codes are written in the source as the first argument of a constructor.
    let constructors =
        ["unauthenticated(\"", "forbidden(\"", "conflict(\"", "unavailable(\"", "gone(\"", "refused(StatusCode"];
    let mut codes = Vec::new();
    for (_, text) in crate::architecture::sources() {
        for constructor in constructors {
            for rest in text.split(constructor).skip(1) {
                // The declaration of a constructor has no code.
                let line = rest.split(';').next().unwrap();
                let quoted =
                    if constructor.ends_with('"') { Some(line) } else { line.split_once('"').map(|pair| pair.1) };
                codes.extend(quoted.map(|quoted| format!("problem-{}", quoted.split('"').next().unwrap())));
            }
        }
        for rest in text.split("Fault::new(").skip(1) {
            let arguments = rest.split(')').next().unwrap();
            let is_code = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            if let Some(code) = arguments.rsplit('"').nth(1).filter(is_code) {
                codes.push(format!("fault-{code}"));
            }
        }
    }
    assert!(codes.len() > 40, "{}", codes.len());
    for code in codes {
        for &language in Language::WITH_CATALOGUE {
            assert!(t.portal.catalogue.has(language, &code), "{code} in {language}");
        }
    }
}
