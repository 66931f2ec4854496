//! Who may do what: the requirements A1 and A2, and the table of every operation and every role. `pages/rights.rs` asks
//! the pages by the same table.

use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

/// The callers of a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum For {
    Everybody,
    /// Any logged-in person.
    Oneself,
    /// An active appointment; officers with two factors.
    Members,
    /// An active appointment of any role; officers with two factors.
    Appointed,
    /// Whoever answers surveys for an organisation; coordinators with two factors.
    Respondents,
    /// The same without contributors.
    Signers,
    /// The Secretariat with two factors.
    Secretariat,
    /// The Secretariat and coordinators with two factors.
    Officers,
    /// The Secretariat, auditors and coordinators with two factors.
    Auditors,
}

/// The callers that each guard permits: a new guard must be added here.
const GUARDS: &[(&str, For)] = &[
    ("Anyone", For::Everybody),
    ("Visitor", For::Everybody),
    // The token of the link decides.
    ("MailedLink", For::Everybody),
    // `tests/it/life_cycle.rs` tests whose appointments or nomination they are.
    ("Nothing", For::Oneself),
    ("Profile", For::Oneself),
    ("OwnAccount", For::Oneself),
    ("OwnAccountAnew", For::Oneself),
    ("OwnAccountForm", For::Oneself),
    ("Proof", For::Oneself),
    ("EndOfAccess", For::Oneself),
    ("EndOfToken", For::Oneself),
    // `tests/it/directory.rs` tests whose contact it is.
    ("Community", For::Members),
    ("Answers", For::Members),
    ("Appointments", For::Officers),
    ("Letters", For::Officers),
    ("Adoption", For::Officers),
    ("Audit", For::Auditors),
    ("Registrations", For::Secretariat),
    ("Announcements", For::Secretariat),
    ("Accounts", For::Secretariat),
    ("AccountsAnew", For::Secretariat),
    ("AccountForm", For::Secretariat),
    ("MaintenanceEnd", For::Secretariat),
    ("Members", For::Secretariat),
    ("Statistics", For::Secretariat),
    ("Webhooks", For::Secretariat),
    ("WebhooksAnew", For::Secretariat),
    ("WebhookForm", For::Secretariat),
    ("Suppressions", For::Secretariat),
    // `tests/it/surveys/rights.rs` tests which surveys they are.
    ("Surveyed", For::Appointed),
    ("Surveys", For::Secretariat),
    // `tests/it/responses/rights.rs` tests whose response it is.
    ("Respondents", For::Respondents),
    ("AnswerWriters", For::Respondents),
    ("ResponseFiles", For::Respondents),
    ("Presence", For::Respondents),
    ("Signers", For::Signers),
];

/// Public operations: a public operation must be listed here, too.
pub const PUBLIC: [&str; 32] = [
    "GET /.well-known/jwks.json",
    "GET /api/v1/announcements/feed.atom",
    "GET /api/v1/receipts/{sha256}",
    "GET /api/v1/releases/{id}/charts/{question}.svg",
    "GET /api/v1/releases/{id}/comparison",
    "GET /api/v1/releases/{id}/results",
    "GET /api/v1/releases/{id}/results.csv",
    "GET /api/v1/releases/{id}/results.json",
    "GET /api/v1/releases/{id}/results.xlsx",
    "GET /api/v1/releases/{id}/sdmx.csv",
    "GET /api/v1/rounds/{id}/releases",
    "GET /api/v1/surveys/{code}/trend",
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
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
    "POST /api/v1/bounces",
    "POST /api/v1/invitations/accept",
    "POST /api/v1/invitations/look",
    "POST /api/v1/registrations",
    "POST /api/v1/registrations/verify",
    "POST /api/v1/setup",
];

/// Routes that take no login of anybody, but a token of the configuration.
pub const BY_TOKEN: [&str; 2] = ["GET /metrics", "POST /api/v1/bounces"];

/// Whether a person of this role is permitted.
pub fn lets_in(role: &str, route: For) -> bool {
    match route {
        For::Everybody | For::Oneself => true,
        For::Members => ["ncp", "contributor", "coordinator", "auditor", "secretariat"].contains(&role),
        For::Appointed => ["ncp", "contributor", "partner", "coordinator", "auditor", "secretariat"].contains(&role),
        For::Respondents => ["ncp", "contributor", "partner", "coordinator"].contains(&role),
        For::Signers => ["ncp", "partner", "coordinator"].contains(&role),
        For::Officers => ["coordinator", "secretariat"].contains(&role),
        For::Secretariat => role == "secretariat",
        For::Auditors => ["coordinator", "auditor", "secretariat"].contains(&role),
    }
}

/// One of each: an applicant, an NCP, one whose appointment is suspended, a contributor, a partner, a coordinator, an
/// auditor, the Secretariat with and without two factors.
pub fn cast(t: &TestApp) -> Vec<(&'static str, Person)> {
    use diesel::prelude::*;
    use portal::appointments::Role;
    use portal::db::Wakeup;
    use portal::db::schema::{appointment, users};
    let applicant = Application::new("FR", "Marie Curie");
    t.apply_and_verify(&applicant);
    let becomes = |name: &str, role: Role| {
        let person = t.member(&Application::new("JP", name));
        let email = person.email.clone();
        t.run(t.portal.db.write(move |conn| {
            let user: portal::db::Id = users::table.filter(users::email_key.eq(email)).select(users::id).first(conn)?;
            let own = appointment::table.filter(appointment::user_id.eq(user));
            diesel::update(own).set(appointment::role.eq(role)).execute(conn)?;
            conn.wake(Wakeup::Principals);
            Ok(())
        }))
        .unwrap();
        person
    };
    let mut coordinator = Application::new("KE", "Wanjiru Kamau");
    coordinator.role = "coordinator";
    t.set_up("unproven@portal.example", "Unproven");
    let suspended = t.ncp("CI");
    let own = suspended.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    t.admin().post(&format!("/appointments/{own}/suspend"), &json!({"reason": "An incident."})).expect(200);
    vec![
        ("applicant", t.login(&applicant.email)),
        ("ncp", t.ncp("SN")),
        ("suspended", t.login(&suspended.email)),
        ("contributor", becomes("Cora Contributor", Role::Contributor)),
        ("partner", becomes("Pat Partner", Role::Partner)),
        ("coordinator", t.member(&coordinator)),
        ("auditor", t.with_app(&becomes("Audrey Auditor", Role::Auditor))),
        ("unproven", t.login("unproven@portal.example")),
        ("secretariat", t.admin()),
    ]
}

/// The callers that a guard permits.
pub fn whom(guard: &str) -> For {
    let row = GUARDS.iter().find(|(known, _)| *known == guard);
    row.unwrap_or_else(|| panic!("whom does the guard {guard} let in?")).1
}

/// Every operation, and the callers that its guard permits.
fn operations() -> Vec<(String, For)> {
    let all = portal::app::operations();
    all.rows().map(|(method, path, access)| (format!("{method} {path}"), whom(access.guard))).collect()
}

#[story]
fn a1_every_route_lets_in_whom_it_should_and_nobody_else(t: TestApp) {
    let operations = operations();
    let mut public: Vec<&str> =
        operations.iter().filter(|row| row.1 == For::Everybody).map(|row| row.0.as_str()).collect();
    public.sort_unstable();
    assert_eq!(public, PUBLIC);
    let cast = cast(&t);
    // Logging out and leaving come last, since they end the session.
    let ends = ["POST /api/v1/auth/logout", "DELETE /api/v1/me"];
    let (last, first): (Vec<_>, Vec<_>) = operations.iter().partition(|(route, _)| ends.contains(&route.as_str()));
    for (route, whom) in first.into_iter().chain(last) {
        let whom = *whom;
        let (method, path) = route.split_once(' ').unwrap();
        let path = path
            .replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{delivery}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{plan}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{n}", "1")
            .replace("{code}", "SN")
            .replace("{deed}", "approve");
        let body: Option<(&str, &[u8])> = (!["GET", "DELETE"].contains(&method)).then_some(("application/json", b"{}"));
        let anonymous = t.anonymous().send(method, &path, body).unwrap();
        let stopped = anonymous.json()["code"] == "login_required" && !BY_TOKEN.contains(&route.as_str());
        assert_eq!(stopped, whom != For::Everybody, "{route} for nobody: {}", anonymous.text);
        for (role, person) in &cast {
            let answer = person.send(method, &path, body).unwrap();
            let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
            let refusals = [
                "secretariat_only",
                "decided_at_appointments",
                "coordinators_only",
                "response_not_led",
                "auditors_only",
                "no_active_appointment",
                "members_only",
                "awaiting_approval",
                "mfa_required",
            ];
            let in_vain = refusals.contains(&code.as_str());
            assert_eq!(in_vain, answer.status == 403, "{route} for {role}: {}", answer.text);
            assert_eq!(!in_vain, lets_in(role, whom), "{route} for {role}: {}", answer.text);
            assert!(![500, 405].contains(&answer.status), "{route} for {role}: {}", answer.text);
        }
    }
}

#[story]
fn a1_what_belongs_to_another_is_not_found(t: TestApp) {
    let (awa, marie) = (t.ncp("SN"), t.member(&Application::new("FR", "Marie Curie")));
    let session = awa.get("/me/sessions").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let token = json!({"name": "x", "scopes": ["profile:read"], "expires_in_days": 1});
    let token = awa.post("/me/tokens", &token).expect(201)["id"].as_str().unwrap().to_owned();
    for path in [format!("/me/sessions/{session}"), format!("/me/tokens/{token}"), format!("/me/passkeys/{token}")] {
        assert_eq!(marie.delete(&path).refused(404), "not_found", "{path}");
    }
    awa.get("/me").expect(200);
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    let admin = t.admin();
    for path in [format!("/users/{nobody}"), format!("/announcements/{nobody}"), format!("/contacts/{nobody}")] {
        assert_eq!(admin.get(&path).refused(404), "not_found", "{path}");
    }
    // An announcement to others is none of hers.
    let form = json!({"audience": {"members": ["FR"]}, "default_language": "en",
        "variants": {"en": {"subject": "For France", "body_markdown": "Bonjour"}}});
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(marie.get(&format!("/announcements/{id}")).refused(404), "not_found", "a draft");
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    t.dispatch();
    marie.get(&format!("/announcements/{id}")).expect(200);
    assert_eq!(awa.get(&format!("/announcements/{id}")).refused(404), "not_found");
}

#[story]
fn a1_what_is_refused_is_written_down(t: TestApp) {
    let awa = t.ncp("SN");
    for _ in 0..3 {
        assert_eq!(awa.get("/registrations").refused(403), "secretariat_only");
    }
    let id = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let log = t.admin().get(&format!("/audit?actor={id}&action=access_refused")).expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 1, "one a minute: {log}");
    assert_eq!(log["data"][0]["detail"]["wanted"], "decide_registrations");
}

#[story]
fn a2_nobody_sets_what_only_the_portal_decides(t: TestApp) {
    let awa = t.ncp("SN");
    for field in
        ["role", "verified", "id", "organisation", "organization", "appointments", "email", "suspended_at", "level"]
    {
        let answer = awa.patch("/me", &json!({(field): "secretariat"}));
        assert_eq!(answer.json()["errors"][0]["pointer"], format!("/{field}"));
        assert_eq!(answer.refused(422), "invalid", "{field}");
    }
    let application = Application::new("KE", "Wanjiru Kamau");
    for field in ["status", "verified", "user_id", "decided_by", "admin"] {
        let mut form = application.form();
        form[field] = json!(true);
        assert_eq!(t.anonymous().post("/registrations", &form).unwrap().refused(422), "invalid", "{field}");
    }
    for field in ["user_id", "level", "mfa"] {
        let mut login = json!({"email": awa.email, "password": "x"});
        login[field] = json!("two_factor");
        assert_eq!(t.anonymous().post("/auth/login", &login).unwrap().refused(422), "invalid", "{field}");
    }
    let token = json!({"name": "x", "scopes": ["profile:read"], "expires_in_days": 1, "level": "two_factor"});
    assert_eq!(awa.post("/me/tokens", &token).refused(422), "invalid");
    assert_eq!(awa.get("/me").expect(200)["appointments"][0]["role"], "ncp");
}

#[story]
fn a2_the_directory_hides_what_is_private(t: TestApp) {
    let (awa, marie) = (t.ncp("SN"), t.member(&Application::new("FR", "Marie Curie")));
    awa.patch("/me", &json!({"phone_audience": "secretariat", "email_audience": "organisation"})).expect(200);
    let shown = marie.get("/contacts?q=awa").expect(200);
    let contact = shown["data"][0].as_object().unwrap();
    assert!(contact.get("phone").is_none_or(Value::is_null) && contact.get("email").is_none_or(Value::is_null));
    for field in ["password_hash", "user_id", "email_key", "phone_audience", "email_audience", "appointment_id"] {
        assert!(!contact.contains_key(field), "{field}");
    }
    assert!(t.admin().get("/contacts?q=awa").expect(200)["data"][0]["phone"].is_string());
    assert!(!shown.to_string().contains("+221 33 800"), "{shown}");
}
