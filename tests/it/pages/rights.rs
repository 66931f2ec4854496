//! Who may open which page and send which form: every declared page as every role, and the table of the documentation.
//! `forged` has the deeds that no page offered.

use std::collections::{BTreeMap, BTreeSet};

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::architecture::sources;
use crate::authorisation::{For, cast, lets_in, whom};
use crate::reading::draft;
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, TestApp, story};
use crate::webhooks;

/// The id of nothing.
const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
/// Forms that end sessions or the account of their sender: they come last, in this order.
const LAST: [&str; 3] = ["/account/sessions", "/account/data/erase", "/logout"];
/// Forms that answer 401 or 403 themselves, to a wrong password, without a second factor that has to stay, or where
/// neither the person nor the mail's token may acknowledge.
const WITH_CREDENTIAL: [&str; 7] = [
    "/login",
    "/login/code",
    "/login/passkey",
    "/prove",
    "/account/security/password",
    "/account/security/authenticator/remove",
    "/announcements/{id}",
];
/// Where resources of the server are registered: the declarations, what is for programs, and the demonstration.
const REGISTER: [&str; 9] = [
    "http/operations.rs",
    "web/declaration.rs",
    "carddav/routes.rs",
    "app/docs.rs",
    "app/server.rs",
    "app/mod.rs",
    // Probes and figures alone: while the portal starts.
    "app/waiting.rs",
    // Pages of the demonstration alone, declared in the same way.
    "demo/mod.rs",
    "demo/tour.rs",
];

/// How an address answers a role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Door {
    Open,
    /// It asks for a login.
    Login,
    Closed,
}

/// What an answer says.
fn door(answer: &Answer) -> Door {
    let leads_to_login = answer.header("location").is_some_and(|to| to.starts_with("/login?next="));
    match answer.status {
        401 => Door::Login,
        303 if leads_to_login => Door::Login,
        403 => Door::Closed,
        _ => Door::Open,
    }
}

/// What the guard of a page says of a role.
fn wanted(role: &str, route: For) -> Door {
    match (route, role) {
        (For::Everybody, _) => Door::Open,
        (_, "visitor") => Door::Login,
        _ if lets_in(role, route) => Door::Open,
        _ => Door::Closed,
    }
}

/// Method, address and callers of every page.
fn pages() -> Vec<(String, String, For)> {
    let rows = portal::app::pages().rows().into_iter();
    rows.map(|(method, path, access)| (method.to_string(), path, whom(access.guard))).collect()
}

/// An address with values for its parameters.
fn filled(path: &str, id: &str, code: &str) -> String {
    let path = path.replace("{id}", id).replace("{delivery}", NOBODY).replace("{code}", code);
    let path = path.replace("{n}", "1").replace("{number}", "1").replace("{plan}", NOBODY).replace("{request}", NOBODY);
    let path = path.replace("{section}", "basics").replace("{question}", "any").replace("{sha256}", &"0".repeat(64));
    path.replace("{deed}", "suspend").replace("{token}", "forged").replace("{name}", "none.css")
}

/// A browser of each role, and one without a login.
fn browsers(t: &TestApp) -> Vec<(&'static str, Browser)> {
    let people = cast(t);
    let people = people.iter().map(|(role, person)| (*role, Browser::of(t, person)));
    [("visitor", Browser::anonymous(t))].into_iter().chain(people).collect()
}

/// The answer of an address to a browser: to a form without fields, where it takes one.
fn ask(browser: &mut Browser, method: &str, address: &str) -> Answer {
    browser.send(method, address, (method == "POST").then_some(""))
}

#[story]
fn w52_every_page_opens_for_whom_its_guard_names_and_for_nobody_else(t: TestApp) {
    let mut browsers = browsers(&t);
    let (mut last, first): (Vec<_>, Vec<_>) =
        pages().into_iter().partition(|(method, path, _)| method == "POST" && LAST.contains(&path.as_str()));
    assert_eq!(last.len(), LAST.len());
    last.sort_by_key(|(_, path, _)| LAST.iter().position(|known| *known == path.as_str()));
    for (method, path, route) in first.into_iter().chain(last) {
        // Wanjiru coordinates Kenya.
        let address = filled(&path, NOBODY, "KE");
        for (role, browser) in &mut browsers {
            let answer = ask(browser, &method, &address);
            let (is, should) = (door(&answer), wanted(role, route));
            let judges_itself = method == "POST" && WITH_CREDENTIAL.contains(&path.as_str());
            if !(judges_itself && should == Door::Open) {
                assert_eq!(is, should, "{method} {path} for {role}: {} {}", answer.status, answer.text);
            }
            assert!(![405, 500, 503].contains(&answer.status), "{method} {path} for {role}: {}", answer.text);
            if should == Door::Closed {
                assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path} for {role}");
            }
        }
    }
}

/// What the community consists of, and what happened to it, refusals left out.
fn world(t: &TestApp, objects: &[String]) -> Vec<Value> {
    let admin = t.admin();
    let own = admin.get("/me").expect(200)["id"].clone();
    let lists = ["/appointments?limit=100", "/registrations?limit=100", "/contacts?limit=100", "/webhooks"];
    let read = lists.into_iter().chain(objects.iter().map(String::as_str)).map(|path| admin.get(path).expect(200));
    let mut world: Vec<Value> = read.collect();
    let of_others = |entry: &Value| entry["action"] != "access_refused" && entry["actor_id"] != own;
    world.extend(admin.all("/audit").into_iter().filter(of_others));
    world
}

#[story]
fn w52_a_form_that_is_sent_without_the_right_changes_nothing(t: TestApp) {
    let mut browsers = browsers(&t);
    let admin = t.admin();
    let application = t.apply_and_verify(&Application::new("SN", "Fatou Ba"));
    let rows = admin.all("/appointments");
    let of_applicant = rows.iter().find(|row| row["person"]["name"] == "Fatou Ba").expect("an appointment");
    let appointment = of_applicant["id"].as_str().unwrap().to_owned();
    let contact = admin.all("/contacts")[0]["id"].as_str().unwrap().to_owned();
    let user = t.login("awa.diop@customs-sn.example").get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let announcement = admin.post("/announcements", &draft("Not yet", &json!({}))).expect(201)["id"].clone();
    let announcement = announcement.as_str().unwrap().to_owned();
    let (webhook, _) = webhooks::add(&admin, "https://receiver.example/hooks", &["*"]);
    let objects = [format!("/announcements/{announcement}"), format!("/webhooks/{webhook}"), "/members/SN".to_owned()];
    let ids = BTreeMap::from([
        ("applications", application.as_str()),
        ("appointments", appointment.as_str()),
        ("contacts", contact.as_str()),
        ("users", user.as_str()),
        ("announcements", announcement.as_str()),
        ("webhooks", webhook.as_str()),
    ]);
    let before = world(&t, &objects);
    let mut refused = 0;
    for (_, path, route) in pages().into_iter().filter(|(method, ..)| method == "POST") {
        let place = path.split('/').nth(1).unwrap_or_default();
        let address = filled(&path, ids.get(place).unwrap_or(&NOBODY), "SN");
        for (role, browser) in &mut browsers {
            let should = wanted(role, route);
            if should == Door::Open {
                continue;
            }
            let form = "reason=No&decision=approve&verdict=approve&name=Mallory&valid_to=2099-01-01&events=*";
            let answer = browser.send("POST", &address, Some(form));
            assert_eq!(door(&answer), should, "{path} for {role}: {} {}", answer.status, answer.text);
            refused += 1;
        }
    }
    assert!(refused > 200, "{refused}");
    assert_eq!(world(&t, &objects), before);
}

#[story]
fn w52_a_suspended_account_is_asked_to_log_in_on_every_page(t: TestApp) {
    let awa = t.ncp("SN");
    let id = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let mut browser = Browser::of(&t, &awa);
    assert_eq!(browser.open("/directory").status, 200);
    t.admin().post(&format!("/users/{id}/suspend"), &json!({"reason": "Left the administration."})).expect(200);
    for (method, path, _) in pages().into_iter().filter(|(_, _, route)| *route != For::Everybody) {
        let answer = ask(&mut browser, &method, &filled(&path, NOBODY, "SN"));
        assert_eq!(door(&answer), Door::Login, "{method} {path}: {} {}", answer.status, answer.text);
    }
}

/// What `docs/web-portal.md` calls the people whom a guard lets in.
fn called(guard: &str) -> &'static str {
    match guard {
        "Anyone" | "Visitor" => "anyone",
        "MailedLink" => "link",
        "OwnAccount" | "Proof" | "EndOfAccess" | "EndOfToken" => "self",
        "OwnAccountAnew" | "OwnAccountForm" => "self, fresh",
        "Nothing" => "login",
        "Community" | "Answers" => "community",
        "Surveyed" => "readers",
        "Appointments" | "Adoption" | "Letters" => "officers",
        "Respondents" | "AnswerWriters" | "Presence" => "respondents",
        "Signers" => "signers",
        "Audit" => "log",
        "AccountsAnew" | "AccountForm" | "WebhooksAnew" | "WebhookForm" => "Secretariat, fresh",
        other => {
            assert_eq!(whom(other), For::Secretariat, "what does the documentation call {other}?");
            "Secretariat"
        }
    }
}

/// The addresses of a cell: `…/b` after `/a/{id}/x` is `/a/{id}/b`.
fn addresses(cell: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for written in cell.split('`').skip(1).step_by(2) {
        let address = match written.strip_prefix('…') {
            Some(end) => {
                let before = found.last().and_then(|last| last.rsplit_once('/')).expect("an address before it").0;
                format!("{before}{end}")
            }
            None => written.to_owned(),
        };
        found.push(address);
    }
    found
}

/// Every page stands in the table of `docs/web-portal.md` with the people whom its guard lets in, and says whether it
/// has a form or a button; nothing else stands there.
#[test]
fn w52_the_documentation_lists_the_pages_that_there_are() {
    let declared = portal::app::pages().and(portal::demo::pages()).rows();
    let text = include_str!("../../../docs/web-portal.md");
    let listed = text.split_once("\n## All pages").expect("the table").1;
    let listed = listed.split_once("\n## ").expect("the end of the table").0;
    let mut seen = BTreeSet::new();
    for line in listed.lines().filter(|line| line.starts_with("| `/")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, addresses_cell, who, what, _] = cells.as_slice() else { panic!("{line}") };
        let mut is_sent = false;
        for address in addresses(addresses_cell) {
            let of_method = |wanted: &str| {
                let mut rows = declared.iter().filter(|(_, path, _)| *path == address);
                rows.find(|(method, ..)| method.as_str() == wanted).map(|(.., access)| called(access.guard))
            };
            let written = match (of_method("GET"), of_method("POST")) {
                (Some(read), Some(sent)) if read != sent => format!("{read}; the form {}", sent.replace("self, ", "")),
                (Some(same), _) | (None, Some(same)) => same.to_owned(),
                (None, None) => panic!("{address} is listed, and not declared"),
            };
            let told = who.split_once(" (").map_or(*who, |(told, _)| told);
            assert_eq!(told, written, "{address}");
            is_sent |= of_method("POST").is_some();
            assert!(seen.insert(address.clone()), "{address} is listed twice");
        }
        let says = what.split(|letter: char| !letter.is_alphabetic()).any(|word| ["form", "button"].contains(&word));
        assert_eq!(says, is_sent, "does it say whether there is a form or a button? {line}");
    }
    let declared: BTreeSet<String> = declared.into_iter().map(|(_, path, _)| path).collect();
    let forgotten: Vec<&String> = declared.difference(&seen).collect();
    assert!(forgotten.is_empty(), "not in docs/web-portal.md: {forgotten:?}");
}

#[test]
fn w52_no_page_is_served_without_a_declaration() {
    for (path, text) in sources().iter().filter(|(path, _)| !REGISTER.contains(&path.as_str())) {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            for registers in ["ServiceConfig", "web::resource", "web::scope", "web::redirect", "HttpServiceFactory"] {
                assert!(!line.contains(registers), "{path} registers a resource by itself: {line}");
            }
        }
    }
    for known in REGISTER {
        assert!(sources().iter().any(|(path, _)| path == known), "there is no {known}");
    }
}
