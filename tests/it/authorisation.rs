//! Who may do what: the requirements A1 and A2, and the table of every route and every role.

use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        a1_every_route_lets_in_whom_it_should_and_nobody_else,
        a1_what_belongs_to_another_is_not_found,
        a1_what_is_refused_is_written_down,
        a2_nobody_sets_what_only_the_portal_decides,
        a2_the_directory_hides_what_is_private,
    ]
}

/// Whom a route is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum For {
    Everybody,
    /// Whoever is logged in.
    Oneself,
    /// An active appointment; officers with two factors.
    Members,
    /// The Secretariat with two factors.
    Secretariat,
    /// The Secretariat and coordinators with two factors.
    Officers,
    /// The Secretariat, auditors and coordinators with two factors.
    Auditors,
}

/// Every route of the description. One that is missing here fails the test: whoever adds a route says whom it is for.
const ROUTES: &[(&str, For)] = &[
    ("GET /.well-known/jwks.json", For::Everybody),
    ("GET /health/live", For::Everybody),
    ("GET /health/ready", For::Everybody),
    // Not by a person's login: by tokens of their own.
    ("GET /metrics", For::Everybody),
    ("POST /api/v1/bounces", For::Everybody),
    ("POST /api/v1/auth/email/confirm", For::Everybody),
    ("POST /api/v1/auth/email/undo", For::Everybody),
    ("POST /api/v1/auth/keep-account", For::Everybody),
    ("POST /api/v1/auth/login", For::Everybody),
    ("POST /api/v1/auth/login/mfa", For::Everybody),
    ("POST /api/v1/auth/passkey/finish", For::Everybody),
    ("POST /api/v1/auth/passkey/start", For::Everybody),
    ("POST /api/v1/auth/password/forgot", For::Everybody),
    ("POST /api/v1/auth/password/reset", For::Everybody),
    ("POST /api/v1/auth/refresh", For::Everybody),
    ("POST /api/v1/registrations", For::Everybody),
    ("POST /api/v1/registrations/verify", For::Everybody),
    ("POST /api/v1/setup", For::Everybody),
    ("POST /api/v1/appointments/confirm", For::Everybody),
    ("POST /api/v1/invitations/look", For::Everybody),
    ("POST /api/v1/invitations/accept", For::Everybody),
    // Whose appointments they are is looked at one by one: `tests/it/life_cycle.rs`.
    ("GET /api/v1/appointments", For::Oneself),
    ("POST /api/v1/appointments", For::Oneself),
    ("GET /api/v1/appointments/{id}", For::Oneself),
    ("POST /api/v1/appointments/{id}/{deed}", For::Oneself),
    ("POST /api/v1/appointments/{id}/replace", For::Oneself),
    ("PATCH /api/v1/appointments/{id}", For::Officers),
    ("POST /api/v1/invitations", For::Officers),
    ("POST /api/v1/invitations/{id}/resend", For::Officers),
    ("POST /api/v1/invitations/import", For::Officers),
    ("POST /api/v1/imports/{id}/commit", For::Officers),
    ("POST /api/v1/auth/logout", For::Oneself),
    ("GET /api/v1/me", For::Oneself),
    ("PATCH /api/v1/me", For::Oneself),
    ("GET /api/v1/me/export", For::Oneself),
    ("DELETE /api/v1/me", For::Oneself),
    ("GET /api/v1/me/audit", For::Oneself),
    ("POST /api/v1/me/email", For::Oneself),
    ("GET /api/v1/me/mfa", For::Oneself),
    ("POST /api/v1/me/mfa/recovery-codes", For::Oneself),
    ("DELETE /api/v1/me/mfa/totp", For::Oneself),
    ("POST /api/v1/me/mfa/totp", For::Oneself),
    ("POST /api/v1/me/mfa/totp/confirm", For::Oneself),
    ("GET /api/v1/me/passkeys", For::Oneself),
    ("POST /api/v1/me/passkeys/finish", For::Oneself),
    ("POST /api/v1/me/passkeys/start", For::Oneself),
    ("DELETE /api/v1/me/passkeys/{id}", For::Oneself),
    ("POST /api/v1/me/password", For::Oneself),
    ("POST /api/v1/me/reauthenticate", For::Oneself),
    ("DELETE /api/v1/me/sessions", For::Oneself),
    ("GET /api/v1/me/sessions", For::Oneself),
    ("DELETE /api/v1/me/sessions/{id}", For::Oneself),
    ("PATCH /api/v1/me/sessions/{id}", For::Oneself),
    ("GET /api/v1/me/tokens", For::Oneself),
    ("POST /api/v1/me/tokens", For::Oneself),
    ("DELETE /api/v1/me/tokens/{id}", For::Oneself),
    // Of the nomination of one's own, or as an officer: whose it is says who finds it.
    ("GET /api/v1/appointments/{id}/nomination", For::Oneself),
    ("PUT /api/v1/appointments/{id}/nomination", For::Oneself),
    ("PUT /api/v1/appointments/{id}/nomination/letter", For::Oneself),
    ("DELETE /api/v1/appointments/{id}/nomination/letter", For::Oneself),
    ("GET /api/v1/appointments/{id}/nomination/letter", For::Officers),
    ("GET /api/v1/announcements", For::Members),
    ("GET /api/v1/topics", For::Members),
    ("PUT /api/v1/topics/{code}", For::Secretariat),
    ("GET /api/v1/mail/pace", For::Secretariat),
    ("PUT /api/v1/mail/pace", For::Secretariat),
    ("GET /api/v1/me/subscriptions", For::Oneself),
    ("PUT /api/v1/me/subscriptions", For::Oneself),
    ("GET /api/v1/announcements/{id}", For::Members),
    ("PUT /api/v1/announcements/{id}/read", For::Members),
    ("DELETE /api/v1/announcements/{id}/read", For::Members),
    ("POST /api/v1/announcements/{id}/acknowledge", For::Members),
    ("GET /api/v1/me/unread", For::Members),
    ("GET /api/v1/announcements/feed.atom", For::Everybody),
    ("GET /api/v1/contacts", For::Members),
    ("GET /api/v1/contacts/{id}", For::Members),
    // Whose contact it is is looked at one by one: `tests/it/directory.rs`.
    ("PATCH /api/v1/contacts/{id}", For::Members),
    ("GET /api/v1/contacts/{id}.vcf", For::Members),
    ("GET /api/v1/contacts.csv", For::Members),
    ("GET /api/v1/contacts.vcf", For::Members),
    ("GET /api/v1/contacts.xlsx", For::Members),
    ("GET /api/v1/changes", For::Members),
    ("GET /api/v1/members", For::Members),
    ("GET /api/v1/members/{code}", For::Members),
    ("GET /api/v1/members/{code}/adoption", For::Members),
    ("GET /api/v1/regions", For::Members),
    ("GET /api/v1/technologies", For::Members),
    ("GET /api/v1/technologies/{code}/adoption", For::Members),
    ("PUT /api/v1/members/{code}/adoption", For::Officers),
    ("PATCH /api/v1/members/{code}", For::Secretariat),
    ("GET /api/v1/members/{code}/history", For::Secretariat),
    ("POST /api/v1/announcements", For::Secretariat),
    ("PATCH /api/v1/announcements/{id}", For::Secretariat),
    ("DELETE /api/v1/announcements/{id}", For::Secretariat),
    ("POST /api/v1/announcements/{id}/preview", For::Secretariat),
    ("POST /api/v1/announcements/{id}/test", For::Secretariat),
    ("POST /api/v1/announcements/{id}/submit", For::Secretariat),
    ("POST /api/v1/announcements/{id}/approve", For::Secretariat),
    ("POST /api/v1/announcements/{id}/reject", For::Secretariat),
    ("POST /api/v1/announcements/{id}/schedule", For::Secretariat),
    ("POST /api/v1/announcements/{id}/unschedule", For::Secretariat),
    ("POST /api/v1/announcements/{id}/send", For::Secretariat),
    ("POST /api/v1/announcements/{id}/pause", For::Secretariat),
    ("POST /api/v1/announcements/{id}/resume", For::Secretariat),
    ("POST /api/v1/announcements/{id}/cancel", For::Secretariat),
    ("POST /api/v1/announcements/{id}/deliveries/retry-failed", For::Secretariat),
    ("GET /api/v1/announcements/{id}/deliveries", For::Secretariat),
    ("GET /api/v1/announcements/{id}/deliveries.csv", For::Secretariat),
    ("GET /api/v1/announcements/{id}/acknowledgements", For::Secretariat),
    ("GET /api/v1/announcements/{id}/acknowledgements.csv", For::Secretariat),
    ("GET /api/v1/announcements/{id}/summary", For::Secretariat),
    ("GET /api/v1/registrations", For::Secretariat),
    ("POST /api/v1/registrations/{id}/approve", For::Secretariat),
    ("POST /api/v1/registrations/{id}/reject", For::Secretariat),
    ("GET /api/v1/statistics/directory", For::Secretariat),
    ("GET /api/v1/suppressions", For::Secretariat),
    ("POST /api/v1/suppressions", For::Secretariat),
    ("DELETE /api/v1/suppressions", For::Secretariat),
    ("GET /api/v1/suppressions.csv", For::Secretariat),
    ("POST /api/v1/suppressions/import", For::Secretariat),
    ("GET /api/v1/webhooks", For::Secretariat),
    ("POST /api/v1/webhooks", For::Secretariat),
    ("GET /api/v1/webhooks/{id}", For::Secretariat),
    ("PATCH /api/v1/webhooks/{id}", For::Secretariat),
    ("DELETE /api/v1/webhooks/{id}", For::Secretariat),
    ("POST /api/v1/webhooks/{id}/rotate", For::Secretariat),
    ("POST /api/v1/webhooks/{id}/ping", For::Secretariat),
    ("GET /api/v1/webhooks/{id}/deliveries", For::Secretariat),
    ("POST /api/v1/webhooks/{id}/deliveries/{delivery}/redeliver", For::Secretariat),
    ("GET /api/v1/users", For::Secretariat),
    ("GET /api/v1/users/{id}", For::Secretariat),
    ("POST /api/v1/users/{id}/suspend", For::Secretariat),
    ("POST /api/v1/users/{id}/reinstate", For::Secretariat),
    ("DELETE /api/v1/users/{id}/sessions", For::Secretariat),
    ("POST /api/v1/users/{id}/mfa/reset", For::Secretariat),
    ("GET /api/v1/audit", For::Auditors),
];

/// Routes that take no login of anybody, but a token of the configuration.
const BY_TOKEN: [&str; 2] = ["GET /metrics", "POST /api/v1/bounces"];

/// Whether somebody of this role gets in.
fn lets_in(role: &str, route: For) -> bool {
    match route {
        For::Everybody | For::Oneself => true,
        For::Members => ["ncp", "coordinator", "auditor", "secretariat"].contains(&role),
        For::Officers => ["coordinator", "secretariat"].contains(&role),
        For::Secretariat => role == "secretariat",
        For::Auditors => ["coordinator", "auditor", "secretariat"].contains(&role),
    }
}

/// One of each: an applicant, an NCP, a partner, a coordinator, an auditor, the Secretariat with and without two factors.
fn cast(t: &TestApp) -> Vec<(&'static str, Person)> {
    use diesel::prelude::*;
    use portal::appointments::Role;
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
            Ok(())
        }))
        .unwrap();
        t.portal.identity.forget_seen();
        person
    };
    let mut coordinator = Application::new("KE", "Wanjiru Kamau");
    coordinator.role = "coordinator";
    t.set_up("unproven@portal.example", "Unproven");
    vec![
        ("applicant", t.login(&applicant.email)),
        ("ncp", t.ncp("SN")),
        ("partner", becomes("Pat Partner", Role::Partner)),
        ("coordinator", t.member(&coordinator)),
        ("auditor", t.with_app(&becomes("Audrey Auditor", Role::Auditor))),
        ("unproven", t.login("unproven@portal.example")),
        ("secretariat", t.admin()),
    ]
}

fn operations() -> Vec<String> {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        operations
            .extend(methods.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())));
    }
    operations
}

fn a1_every_route_lets_in_whom_it_should_and_nobody_else(t: TestApp) {
    let mut listed: Vec<String> = ROUTES.iter().map(|(route, _)| (*route).to_owned()).collect();
    let mut described = operations();
    listed.sort();
    described.sort();
    assert_eq!(listed, described, "every route says whom it is for");
    let cast = cast(&t);
    // Logging out and leaving come last, since nobody goes on after them.
    let ends = ["POST /api/v1/auth/logout", "DELETE /api/v1/me"];
    let (last, first): (Vec<_>, Vec<_>) = ROUTES.iter().partition(|(route, _)| ends.contains(route));
    for (route, whom) in first.into_iter().chain(last) {
        let (method, path) = route.split_once(' ').unwrap();
        let path = path
            .replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{delivery}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{code}", "SN")
            .replace("{deed}", "approve");
        let body: Option<(&str, &[u8])> = (!["GET", "DELETE"].contains(&method)).then_some(("application/json", b"{}"));
        let anonymous = t.anonymous().send(method, &path, body).unwrap();
        let stopped = anonymous.json()["code"] == "login_required" && !BY_TOKEN.contains(&route);
        assert_eq!(stopped, whom != For::Everybody, "{route} for nobody: {}", anonymous.text);
        for (role, person) in &cast {
            let answer = person.send(method, &path, body).unwrap();
            let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
            let refusals = [
                "secretariat_only",
                "decided_at_appointments",
                "coordinators_only",
                "auditors_only",
                "no_active_appointment",
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
