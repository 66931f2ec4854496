//! The community opened to a partner agency (number 13): a role of members that is given at an agency, the role of an
//! agency at a member, announcements that reach its people, and routes that let them in.

use diesel::prelude::*;
use portal::appointments::{self, NewAppointment, Role};
use portal::db::Id;
use portal::db::schema::{appointment, organisation};
use portal::demo::client::Answer;
use portal::random::Random;
use serde_json::json;

use super::grants::{accept, coordinator, id_of, invite, link, user_of};
use super::heavy_work::import;
use crate::authorisation::{lets_in, whom};
use crate::reading::{announce, keep_house};
use crate::support::address_book::program;
use crate::support::{Application, Expect as _, Person, TestApp, story};

const PORT: &str = "SN-PORT";
const FATOU: &str = "f.sow@port.example";

/// Adds the port of Dakar, a partner agency of Senegal.
fn port(t: &TestApp) {
    let agency = json!({"code": PORT, "member": "SN", "name_en": "Port of Dakar", "name_fr": "Port de Dakar"});
    t.admin().post("/partners", &agency).expect(201);
}

/// Fatou, who answers for the port by an invitation that she accepted.
fn fatou(t: &TestApp) -> Person {
    invite(&t.admin(), FATOU, &json!({"organisation": PORT, "role": "partner"}));
    accept(t, &link(t, FATOU)).expect(200);
    t.login(FATOU)
}

/// The field and the code of the first fault of an answer.
fn fault(answer: &Answer) -> (String, String) {
    let told = answer.json();
    assert_eq!(answer.status, 422, "{}", answer.text);
    let text = |key: &str| told["errors"][0][key].as_str().unwrap().to_owned();
    (text("pointer"), text("code"))
}

fn role_not_open() -> (String, String) {
    ("/role".to_owned(), "role_not_open".to_owned())
}

fn no_such_organisation() -> (String, String) {
    ("/organisation".to_owned(), "unknown_organisation".to_owned())
}

/// Writes an appointment as another version of the portal might have.
fn rewrite(t: &TestApp, id: &str, role: Role, code: &'static str) {
    let id: Id = id.parse().unwrap();
    let work = t.portal.db.write(move |conn| {
        let place: Id = organisation::table.filter(organisation::code.eq(code)).select(organisation::id).first(conn)?;
        let values = (appointment::role.eq(role), appointment::organisation_id.eq(place));
        diesel::update(appointment::table.find(id)).set(values).execute(conn)?;
        Ok(())
    });
    t.run(work).unwrap();
}

#[story]
fn a13_nobody_is_invited_to_a_role_that_the_organisation_does_not_have(t: TestApp) {
    port(&t);
    let (admin, home) = (t.admin(), coordinator(&t, "SN", "Moussa Fall"));
    let form =
        |place: &str, role: &str| json!({"email": FATOU, "name": "Fatou Sow", "organisation": place, "role": role});
    for (place, role) in
        [(PORT, "ncp"), (PORT, "coordinator"), (PORT, "contributor"), ("SN", "partner"), ("EU", "partner")]
    {
        let refused = admin.post("/invitations", &form(place, role));
        assert_eq!(fault(&refused), role_not_open(), "{place} {role}");
    }
    let refused = admin.post("/invitations", &form(PORT, "ncp"));
    let detail = refused.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("Available roles: ") && !detail.contains("National Contact Point"), "{detail}");
    assert_eq!(fault(&home.post("/invitations", &form("SN", "partner"))), role_not_open());
    assert_eq!(home.post("/invitations", &form(PORT, "partner")).refused(403), "other_organisation");
    // A sheet says it of each row, and invites the others.
    let sheet = format!(
        "email,name,member,role\nada@x.example,Ada A,{PORT},ncp\nbea@x.example,Bea B,SN,partner\n\
         cora@x.example,Cora C,{PORT},partner\n"
    );
    let plan = import(&admin, "text/csv", sheet.as_bytes()).expect(201);
    let fates: Vec<_> =
        plan["rows"].as_array().unwrap().iter().map(|row| (&row["action"], &row["reason"], &row["errors"])).collect();
    for (row, (action, reason, errors)) in [2, 3].into_iter().zip(&fates) {
        assert_eq!((*action, *reason), (&json!("error"), &json!("role_not_open")), "{plan}");
        assert_eq!(errors[0]["pointer"], format!("/rows/{row}/role"));
    }
    assert_eq!(fates[2].0, &json!("invite"), "{plan}");
    let way = format!("/imports/{}/commit", plan["plan"].as_str().unwrap());
    let done = admin.post(&way, &json!({"skip_errors": true})).expect(200);
    assert_eq!(done["invited"], 1, "{done}");
    let invited = admin.all("/appointments?status=invited");
    assert_eq!(invited.iter().map(|row| &row["role"]).collect::<Vec<_>>(), [&json!("partner")]);
}

#[story]
fn a13_nobody_is_appointed_or_applies_to_a_role_that_the_organisation_does_not_have(t: TestApp) {
    port(&t);
    let (admin, awa, fatou) = (t.admin(), t.ncp("SN"), fatou(&t));
    let appoint = |person: &Person, place: &str, role: &str| {
        let form = json!({"user_id": user_of(&t, &person.email), "organisation": place, "role": role});
        admin.post("/appointments", &form)
    };
    for role in ["ncp", "coordinator", "contributor", "auditor", "secretariat"] {
        assert_eq!(fault(&appoint(&awa, PORT, role)), role_not_open(), "{role}");
        assert_eq!(fault(&appoint(&fatou, PORT, role)), role_not_open(), "{role}");
    }
    assert_eq!(fault(&appoint(&awa, "SN", "partner")), role_not_open());
    assert_eq!(fault(&appoint(&fatou, "XS", "partner")), no_such_organisation());
    appoint(&awa, PORT, "partner").expect(201);
    // Nobody applies at an agency, of which the form does not even tell that there is one.
    let own = |person: &Person, place: &str, role: &str| {
        person.post("/appointments", &json!({"organisation": place, "role": role}))
    };
    for role in ["ncp", "coordinator"] {
        assert_eq!(fault(&own(&awa, PORT, role)), no_such_organisation(), "{role}");
        assert_eq!(fault(&own(&fatou, PORT, role)), no_such_organisation(), "{role}");
        let mut form = Application::new(PORT, "Binta Sarr").form();
        form["role"] = json!(role);
        assert_eq!(fault(&t.anonymous().post("/registrations", &form).unwrap()), no_such_organisation(), "{role}");
    }
    assert_eq!(fault(&own(&awa, "SN", "partner")), role_not_open());
    let rows = admin.all(&format!("/appointments?member={PORT}"));
    assert!(rows.len() == 2 && rows.iter().all(|row| row["role"] == "partner"), "{rows:?}");
}

#[story]
fn a13_no_hand_over_changes_the_kind_of_a_role(t: TestApp) {
    port(&t);
    let (admin, awa, fatou) = (t.admin(), t.ncp("SN"), fatou(&t));
    let [of_agency, of_member] = [&fatou, &awa].map(|person| id_of(&t, &person.email));
    let replace = |row: &str, successor: &str| {
        let answer = admin.post(&format!("/appointments/{row}/replace"), &json!({"successor": successor}));
        fault(&answer)
    };
    let unknown = ("/successor".to_owned(), "unknown_successor".to_owned());
    assert_eq!(replace(&of_agency, &of_member), unknown);
    assert_eq!(replace(&of_member, &of_agency), unknown);
    for (row, place, role) in
        [(&of_agency, PORT, "ncp"), (&of_agency, PORT, "coordinator"), (&of_member, "SN", "partner")]
    {
        let form = json!({"email": "binta@x.example", "name": "Binta Sarr", "organisation": place, "role": role,
            "replaces": row});
        assert_eq!(fault(&admin.post("/invitations", &form)), role_not_open(), "{place} {role}");
    }
    let form = json!({"organisation": PORT, "role": "partner", "replaces": of_agency});
    invite(&admin, "binta@x.example", &form);
    accept(&t, &link(&t, "binta@x.example")).expect(200);
    assert_eq!(admin.get(&format!("/appointments/{of_agency}")).expect(200)["status"], "replaced");
}

#[story]
fn a13_what_was_granted_before_is_judged_when_it_takes_effect(t: TestApp) {
    port(&t);
    let admin = t.admin();
    let invited = invite(&admin, FATOU, &json!({"organisation": PORT, "role": "partner"}));
    let token = link(&t, FATOU);
    let id = invited["id"].as_str().unwrap();
    rewrite(&t, id, Role::Ncp, PORT);
    let look = t.anonymous().post("/invitations/look", &json!({"token": token})).unwrap();
    assert_eq!(look.refused(410), "link_spent");
    assert_eq!(accept(&t, &token).refused(410), "link_spent");
    let again = admin.post(&format!("/invitations/{id}/resend"), &json!({}));
    assert_eq!(again.refused(409), "not_possible_now");
    keep_house(&t);
    assert_eq!(admin.get(&format!("/appointments/{id}")).expect(200)["status"], "withdrawn");
    // Neither an approval nor the end of a suspension puts such an appointment in force.
    let application = Application::new("SN", "Binta Sarr");
    t.apply_and_verify(&application);
    let pending = id_of(&t, &application.email);
    rewrite(&t, &pending, Role::Ncp, PORT);
    let approve = |id: &str| admin.post(&format!("/appointments/{id}/approve"), &json!({}));
    assert_eq!(approve(&pending).refused(409), "not_possible_now");
    rewrite(&t, &pending, Role::Partner, "SN");
    assert_eq!(approve(&pending).refused(409), "not_possible_now");
    let awa = id_of(&t, &t.ncp("SN").email);
    admin.post(&format!("/appointments/{awa}/suspend"), &json!({"reason": "An incident."})).expect(200);
    rewrite(&t, &awa, Role::Ncp, PORT);
    let reinstate = || admin.post(&format!("/appointments/{awa}/reinstate"), &json!({}));
    assert_eq!(reinstate().refused(409), "not_possible_now");
    rewrite(&t, &awa, Role::Ncp, "SN");
    reinstate().expect(200);
}

#[story]
fn a13_no_other_way_makes_such_an_appointment_either(t: TestApp) {
    port(&t);
    let now = t.clock.now();
    let person = user_of(&t, &t.member(&Application::new("KE", "Wanjiru Kamau")).email);
    let make = |code: &'static str, role: Role, number: u64| {
        let id = Id::new(now, &Random::seeded(number));
        t.run(t.portal.db.write(move |conn| {
            let place = organisation::table.filter(organisation::code.eq(code)).select(organisation::id).first(conn)?;
            let new = NewAppointment::in_force(place, person, role);
            appointments::create_many(conn, &[(id, new)], now)
        }))
    };
    let mut number = 0;
    for &role in Role::ALL {
        for (code, fits) in [
            (PORT, role == Role::Partner),
            ("SN", role != Role::Partner),
            ("EU", role != Role::Partner),
            ("XS", [Role::Secretariat, Role::Auditor].contains(&role)),
        ] {
            number += 1;
            assert_eq!(make(code, role, number).is_ok(), fits, "{role} at {code}");
        }
    }
    // People who are made up are of members.
    let before = t.admin().all(&format!("/appointments?member={PORT}")).len();
    t.seed(300);
    assert_eq!(t.admin().all(&format!("/appointments?member={PORT}")).len(), before);
}

#[story]
fn a13_an_announcement_reaches_agencies_only_if_it_names_them(t: TestApp) {
    port(&t);
    let (admin, awa) = (t.admin(), t.ncp("SN"));
    fatou(&t);
    for (subject, audience, community, agency) in [
        ("To all", json!({}), true, false),
        ("To a region", json!({"regions": ["WCA"]}), true, false),
        ("To all but Kenya", json!({"none": [{"members": ["KE"]}]}), true, false),
        ("To all but agencies", json!({"none": [{"roles": ["partner"]}]}), true, false),
        ("To agencies", json!({"roles": ["partner"]}), false, true),
        ("To the port", json!({"members": [PORT]}), false, true),
        (
            "To agencies of Kenya and all but Kenya",
            json!({"any": [{"roles": ["partner"], "members": ["KE"]}, {"none": [{"members": ["KE"]}]}]}),
            true,
            false,
        ),
        ("To both", json!({"any": [{"members": [PORT]}, {"members": ["SN"]}]}), true, true),
    ] {
        announce(&admin, subject, &json!({"audience": audience}));
        t.dispatch();
        let hears = |email: &str| t.inbox(email).iter().any(|mail| mail.subject.contains(subject));
        assert_eq!((hears(&awa.email), hears(FATOU)), (community, agency), "{subject}");
    }
}

/// The path of an operation with values for its parameters.
fn filled(path: &str) -> String {
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    let path = path.replace("{id}", nobody).replace("{delivery}", nobody).replace("{plan}", nobody);
    path.replace("{n}", "1").replace("{code}", "SN").replace("{deed}", "approve")
}

#[story]
fn a13_a_person_of_an_agency_finds_every_door_of_the_community_closed(t: TestApp) {
    port(&t);
    let (admin, fatou) = (t.admin(), fatou(&t));
    // For a while she is a contact point of Senegal, too, and her telephone reads the address book.
    let form = json!({"user_id": user_of(&t, FATOU), "organisation": "SN", "role": "ncp"});
    let office = admin.post("/appointments", &form).expect(201)["id"].as_str().unwrap().to_owned();
    let fatou = t.login(&fatou.email);
    let phone = program(&t, &fatou);
    assert!(!phone.tags().is_empty());
    assert_eq!(fatou.get("/contacts.csv").status, 200);
    admin.post(&format!("/appointments/{office}/resign"), &json!({})).expect(200);
    for (method, path) in
        [("PROPFIND", "/carddav/"), ("PROPFIND", "/carddav/directory/"), ("REPORT", "/carddav/directory/")]
    {
        assert_eq!(phone.ask(method, path, "1", "").status, 403, "{method} {path}");
    }
    let fatou = t.login(FATOU);
    let lent = json!({"name": "phone", "scopes": ["community:read"], "expires_in_days": 1});
    assert_eq!(fault(&fatou.post("/me/tokens", &lent)).1, "scope_not_held");
    let mut closed = 0;
    let all = portal::app::operations();
    for (method, path, access) in all.rows() {
        if lets_in("partner", whom(access.guard)) {
            continue;
        }
        let method = method.to_string();
        let body: Option<(&str, &[u8])> =
            (!["GET", "DELETE"].contains(&method.as_str())).then_some(("application/json", b"{}"));
        let answer = fatou.send(&method, &filled(path), body).unwrap();
        assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text);
        closed += 1;
    }
    assert!(closed > 60, "{closed}");
}
