//! What operators of the portal rely on.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::authorisation::{BY_TOKEN, PUBLIC};
use crate::support::{self, Application, Expect as _, TestApp, story};

#[story]
fn health_tells_live_from_ready(t: TestApp) {
    for (path, status) in [("/health/live", "live"), ("/health/ready", "ready")] {
        assert_eq!(t.anonymous().send("GET", path, None).unwrap().expect(200), json!({"status": status}));
    }
}

#[story]
fn a_portal_that_is_about_to_end_is_not_ready_and_keeps_no_connection(t: TestApp) {
    t.anonymous().get("/me").unwrap().refused(401);
    t.portal.draining.begin();
    let ready = t.anonymous().send("GET", "/health/ready", None).unwrap();
    assert_eq!(ready.header("connection"), Some("close"));
    assert_eq!(ready.refused(503), "draining");
    assert_eq!(t.anonymous().send("GET", "/health/live", None).unwrap().status, 200);
}

#[story]
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

#[story]
fn every_request_has_an_id_of_our_own(t: TestApp) {
    let first = t.anonymous().get("/me").unwrap();
    let second = t.anonymous().get("/me").unwrap();
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    assert_eq!(first.json()["request_id"].as_str(), first.header("x-request-id"));
    let chosen = t.anonymous().with_header("x-request-id", "from-the-proxy").get("/me").unwrap();
    assert_ne!(
        chosen.header("x-request-id"),
        Some("from-the-proxy"),
        "what a proxy hands on, a client may have chosen"
    );
}

/// The operations of the checked-in description: (method, path, whether a login is wanted).
fn operations() -> Vec<(String, String, bool)> {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let wants_login = !operation["security"].as_array().unwrap().is_empty();
            operations.push((method.to_uppercase(), path.clone(), wants_login));
        }
    }
    operations
}

#[story]
fn every_route_that_wants_a_login_refuses_without_one(t: TestApp) {
    let mut public = Vec::new();
    for (method, path, wants_login) in operations() {
        let place = path
            .replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{delivery}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{plan}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{n}", "1")
            .replace("{code}", "SN")
            .replace("{deed}", "approve");
        let body: Option<(&str, &[u8])> =
            (method != "GET" && method != "DELETE").then_some(("application/json", b"{}"));
        let answer = t.anonymous().send(&method, &place, body).unwrap();
        assert_eq!(answer.status == 401, wants_login, "{method} {path}: {}", answer.text);
        // What is public and not there is not found.
        let may_be_missing = !wants_login && path.contains('{');
        assert!(answer.status != 405 && (may_be_missing || answer.status != 404), "{method} {path} is served");
        if !wants_login {
            public.push(format!("{method} {path}"));
        }
    }
    // Those that take a token of the configuration refuse without it.
    let open = PUBLIC.into_iter().filter(|operation| !BY_TOKEN.contains(operation));
    assert_eq!(public.into_iter().collect::<BTreeSet<String>>(), open.map(str::to_owned).collect());
}

#[story]
fn the_documentation_comes_from_the_binary_itself(t: TestApp) {
    let page = t.anonymous().send("GET", "/docs/", None).unwrap();
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("https://"), "nothing from elsewhere: {}", page.text);
    let document = t.anonymous().send("GET", "/openapi.json", None).unwrap().expect(200);
    assert_eq!(document["openapi"], "3.1.0");
}

#[story]
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
    let done = support::press(&browser, "/forgot", "email=x%40y.example");
    assert!(done.status == 200 && done.text.contains("Veuillez consulter"), "{}", done.text);
}

#[story("community.contact_email=ask@portal.example", "community.name_fr=Douanes en commun")]
fn a_page_says_whom_to_ask_and_calls_the_community_by_its_name_in_that_language(t: TestApp) {
    let mut browser = t.anonymous();
    for (language, name) in [("en", "Smart Customs Community"), ("fr", "Douanes en commun")] {
        browser.language = language;
        let page = browser.send("GET", "/", None).unwrap();
        assert!(page.text.contains("<a href=\"mailto:ask@portal.example\""), "{}", page.text);
        assert!(page.text.contains(&format!("– {name}</title>")), "{name}: {}", page.text);
    }
    let awa = t.member(&Application::new("SN", "Awa Diop").reading("fr"));
    let subject = "Bienvenue sur le portail Douanes en commun";
    let welcome = t.inbox(&awa.email).into_iter().find(|mail| mail.subject == subject).unwrap();
    assert!(welcome.html.contains(">Douanes en commun</div>"), "{}", welcome.html);
    // No person may have the name of the community, in either language.
    let mut form = Application::new("KE", "Wanjiru Kamau").form();
    form["name"] = json!("Douanes en commun");
    let refused = t.anonymous().post("/registrations", &form).unwrap();
    assert_eq!(refused.json()["errors"][0]["code"], "name_reserved", "{}", refused.text);
}

#[story]
fn a_link_that_failed_says_what_to_do_next(t: TestApp) {
    let mut browser = t.anonymous();
    for (path, english, french) in [
        ("/reset?token=forged", "ask for a new link to choose a password", "demander ci-dessous un nouveau lien"),
        ("/verify?token=forged", "make a new application", "présentez une nouvelle demande"),
        ("/invitation?token=forged", "to invite you again", "vous adresser une nouvelle invitation"),
        ("/keep-account?token=forged", "contact the Secretariat", "Secrétariat"),
        ("/confirm-contact?token=forged", "Log in to confirm your entry", "Connectez-vous"),
        ("/setup?token=forged", "Ask whoever operates the server", "à la personne qui exploite le serveur"),
    ] {
        for (language, title, next) in
            [("en", "This link is no longer valid", english), ("fr", "Ce lien n’est plus valable", french)]
        {
            browser.language = language;
            let page = browser.send("GET", path, None).unwrap();
            assert_eq!(page.status, 410, "{path}");
            assert!(page.text.contains(&format!("<h1>{title}</h1>")), "{path}: {}", page.text);
            assert!(page.text.contains(next), "{path}: {next} in {}", page.text);
        }
    }
}

#[story]
fn a_browser_is_told_of_errors_on_a_page_and_a_program_is_not(t: TestApp) {
    let browser = t.anonymous().with_header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let elsewhere = browser.with_header("sec-fetch-site", "cross-site");
    let form = Some(("application/x-www-form-urlencoded", &b"email=a%40b.example"[..]));
    for (page, status) in [
        (browser.send("GET", "/nothing", None), 404),
        (browser.send("GET", "/announcements/xyz", None), 404),
        (elsewhere.send("POST", "/forgot", form), 403),
    ] {
        let page = page.unwrap();
        assert_eq!(page.status, status, "{}", page.text);
        assert!(page.header("content-type").unwrap().starts_with("text/html"), "{}", page.text);
        assert!(page.text.contains("<h1>") && page.text.contains("href=\"/\""), "{}", page.text);
        assert!(page.header("content-security-policy").is_some());
    }
    assert_eq!(browser.get("/contacts").unwrap().refused(401), "login_required");
    assert_eq!(browser.get("/nothing").unwrap().refused(404), "not_found");
    assert_eq!(t.anonymous().send("GET", "/nothing", None).unwrap().refused(404), "not_found");
}

#[story("server.docs=false")]
fn no_page_leads_to_documentation_that_is_not_served(t: TestApp) {
    let home = t.anonymous().send("GET", "/", None).unwrap();
    assert!(home.status == 200 && !home.text.contains("/docs/"), "{}", home.text);
    t.anonymous().send("GET", "/docs/", None).unwrap().refused(404);
}
