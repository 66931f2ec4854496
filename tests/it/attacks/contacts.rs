//! Contacts that others make or change (numbers 12 and 13): what is hidden stays hidden on every way to a contact, and
//! officers change what they see.

use diesel::prelude::*;
use portal::db::schema::contact;
use portal::policy::FieldAudience;
use serde_json::{Value, json};

use super::grants::{DAY, accept, appointment_of, coordinator, hears, id_at, id_of, invite, link, user_of};
use crate::support::{Application, Expect as _, Person, TestApp, story};

const FIELDS: [&str; 5] = ["job_title", "phone", "email", "languages", "technologies"];

/// Hides all own fields except those that everybody sees.
fn hide(person: &Person, audience: &str) {
    let mut change = json!({"phone": "+221 33 811 11 11", "languages": ["fr", "wo"], "technologies": ["drones"]});
    for field in FIELDS {
        change[format!("{field}_audience")] = json!(audience);
    }
    person.patch("/me", &change).expect(200);
}

/// Who may see each field of each of a person's contacts.
fn audiences(t: &TestApp, email: &str) -> Vec<[FieldAudience; 5]> {
    type Row = (FieldAudience, FieldAudience, FieldAudience, FieldAudience, FieldAudience);
    let user = user_of(t, email);
    let work = t.portal.db.read(move |conn| {
        let rows: Vec<Row> = contact::table
            .filter(contact::user_id.eq(user))
            .order(contact::id)
            .select((
                contact::job_title_audience,
                contact::phone_audience,
                contact::email_audience,
                contact::languages_audience,
                contact::technologies_audience,
            ))
            .load(conn)?;
        Ok(rows)
    });
    t.run(work).unwrap().into_iter().map(|(a, b, c, d, e)| [a, b, c, d, e]).collect()
}

/// A person with a contact at Senegal who gets another one in some way.
struct Newcomer {
    application: Application,
    person: Person,
}

impl Newcomer {
    fn email(&self) -> &str {
        &self.application.email
    }
}

type Path = fn(&TestApp, &Newcomer);

/// All ways to a further contact.
const PATHS: [(&str, &str, Path); 7] = [
    ("applies", "Aida Faye", |t, who| {
        who.person.post("/appointments", &json!({"organisation": "CI", "role": "ncp"})).expect(201);
        let path = format!("/appointments/{}/approve", id_at(t, who.email(), "CI"));
        t.admin().post(&path, &json!({})).expect(200);
    }),
    ("is appointed", "Bintou Diallo", |t, who| {
        let user = user_of(t, who.email()).to_string();
        let form = json!({"user_id": user, "organisation": "CI", "role": "ncp"});
        t.admin().post("/appointments", &form).expect(201);
    }),
    ("is invited", "Coumba Ndoye", |t, who| {
        let more = json!({"organisation": "CI", "phone": "+225 27 00 00 00", "languages": ["en"]});
        invite(&t.admin(), who.email(), &more);
        assert_eq!(accept(t, &link(t, who.email())).expect(200)["status"], "active");
    }),
    ("is imported", "Dieynaba Sy", |t, who| {
        let sheet = format!("email,name,member,role,phone\n{},Dieynaba Sy,CI,ncp,+225 27 00 00 01\n", who.email());
        let body = Some(("text/csv", sheet.as_bytes()));
        let plan = t.admin().send("POST", "/api/v1/invitations/import", body).unwrap().expect(201);
        t.admin().post(&format!("/imports/{}/commit", plan["plan"].as_str().unwrap()), &json!({})).expect(200);
        accept(t, &link(t, who.email())).expect(200);
    }),
    ("is invited as a successor", "Emilie Gomis", |t, who| {
        let before = t.member(&Application::new("CI", "Aya Koffi"));
        let more = json!({"organisation": "CI", "replaces": id_of(t, &before.email)});
        invite(&t.admin(), who.email(), &more);
        accept(t, &link(t, who.email())).expect(200);
        assert_eq!(appointment_of(t, &before.email)["status"], "replaced");
    }),
    ("takes over", "Fanta Sane", |t, who| {
        let before = t.member(&Application::new("CI", "Yao Kouassi"));
        who.person.post("/appointments", &json!({"organisation": "CI", "role": "ncp"})).expect(201);
        let wish = json!({"successor": id_at(t, who.email(), "CI")});
        t.admin().post(&format!("/appointments/{}/replace", id_of(t, &before.email)), &wish).expect(200);
    }),
    ("applies again after everything ended", "Gnilane Ndour", |t, who| {
        let path = format!("/appointments/{}/resign", id_of(t, who.email()));
        t.admin().post(&path, &json!({"reason": "Left the service."})).expect(200);
        let id = t.apply_and_verify(&who.application);
        t.admin().post(&format!("/registrations/{id}/approve"), &json!({})).expect(200);
    }),
];

#[story]
fn a12_no_way_to_a_contact_shows_what_was_hidden(t: TestApp) {
    let readers =
        [t.ncp("KE"), t.member(&Application::new("CI", "Kouame Konan")), coordinator(&t, "CI", "Adjoua Kone")];
    for (way, name, go) in PATHS {
        let application = Application::new("SN", name);
        let who = Newcomer { person: t.member(&application), application };
        hide(&who.person, "secretariat");
        go(&t, &who);
        let found = audiences(&t, who.email());
        assert_eq!(found.len(), 2, "{way}");
        assert!(found.iter().flatten().all(|audience| *audience == FieldAudience::Secretariat), "{way}: {found:?}");
        let search = format!("/contacts?q={}", name.to_lowercase().replace(' ', "%20"));
        assert!(!t.admin().all(&search).is_empty(), "{way}");
        for reader in &readers {
            for row in reader.all(&search) {
                for field in FIELDS {
                    let hidden = row[field].is_null() || row[field] == json!([]);
                    assert!(hidden, "{way}: {field} of {row}");
                }
            }
        }
    }
}

#[story]
fn a12_an_audience_of_one_organisation_is_not_that_of_the_next(t: TestApp) {
    let (awa, reader) = (t.ncp("SN"), t.member(&Application::new("CI", "Aya Koffi")));
    hide(&awa, "organisation");
    awa.patch("/me", &json!({"languages_audience": "members"})).expect(200);
    let form = json!({"user_id": user_of(&t, &awa.email).to_string(), "organisation": "CI", "role": "ncp"});
    t.admin().post("/appointments", &form).expect(201);
    let shown = reader.all("/contacts?q=awa&member=CI");
    assert_eq!(shown.len(), 1);
    assert_eq!((&shown[0]["phone"], &shown[0]["technologies"]), (&json!(null), &json!([])), "{}", shown[0]);
    assert_eq!(shown[0]["languages"], json!(["fr", "wo"]), "what everybody saw is said again");
    let told = t.admin().all("/contacts?q=awa&member=CI");
    assert_eq!(told[0]["phone"], json!(null), "it was not even copied");
}

#[story]
fn a12_an_address_for_one_organisation_is_for_the_secretariat_at_the_next(t: TestApp) {
    let (nora, home) = (t.member(&Application::new("KE", "Nora Otieno")), coordinator(&t, "SN", "Moussa Fall"));
    nora.patch("/me", &json!({"email_audience": "organisation"})).expect(200);
    let user = user_of(&t, &nora.email).to_string();
    let form = json!({"user_id": user, "organisation": "SN", "role": "contributor"});
    // A coordinator can make no contact without the person's consent.
    assert_eq!(home.post("/appointments", &form).refused(403), "invite_instead");
    let nobody = json!({"user_id": "01890a5d-ac96-774b-bcce-b302099a8057", "organisation": "SN", "role": "ncp"});
    assert_eq!(home.post("/appointments", &nobody).refused(403), "invite_instead", "nor says who there is");
    // The Secretariat can, and that shows the address to no further people.
    t.admin().post("/appointments", &form).expect(201);
    for reader in [&home, &t.ncp("SN")] {
        for row in reader.all("/contacts?q=otieno") {
            assert_eq!(row["email"], json!(null), "{row}");
        }
        assert!(!reader.get("/appointments").expect(200).to_string().contains(&nora.email));
    }
    let colleague = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let rows = colleague.all("/contacts?q=otieno&member=KE");
    assert_eq!(rows[0]["email"], nora.email.as_str(), "at home it stays as it was");
    // A person with an appointment there is appointed to another one without a new consent.
    let other = json!({"user_id": user, "organisation": "SN", "role": "ncp"});
    assert_eq!(home.post("/appointments", &other).expect(201)["status"], "active");
}

#[story]
fn a12_what_is_hidden_while_a_contact_is_made_is_hidden_there_too(t: TestApp) {
    let awa = t.ncp("SN");
    let (admin, user) = (t.admin(), user_of(&t, &awa.email).to_string());
    let form = json!({"user_id": user, "organisation": "CI", "role": "ncp"});
    std::thread::scope(|scope| {
        let made = scope.spawn(|| admin.post("/appointments", &form).status);
        let hidden = scope.spawn(|| hide(&awa, "secretariat"));
        assert_eq!(made.join().unwrap(), 201);
        hidden.join().unwrap();
    });
    let found = audiences(&t, &awa.email);
    assert_eq!(found.len(), 2);
    assert!(found.iter().flatten().all(|audience| *audience == FieldAudience::Secretariat), "{found:?}");
}

/// The mails about changes of the own entry, each in one line.
fn told_of_changes(t: &TestApp, person: &Person) -> Vec<String> {
    let mails = t.inbox(&person.email).into_iter();
    let mails = mails.filter(|mail| mail.subject == "Your entry in the directory was changed");
    mails.map(|mail| mail.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[story]
fn a13_officers_change_what_they_see_and_only_narrow(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Fall"));
    let own = json!({"phone_audience": "secretariat", "email_audience": "secretariat",
        "languages": ["fr", "wo"], "languages_audience": "organisation"});
    awa.patch("/me", &own).expect(200);
    let found = awa.get("/contacts?q=diop").expect(200);
    let path = format!("/contacts/{}", found["data"][0]["id"].as_str().unwrap());
    let change = |person: &Person, change: Value| {
        let answer = person.with_header("if-match", "*").patch(&path, &change);
        assert!(!answer.text.contains("+221 33") || person.email != home.email, "{change}: {}", answer.text);
        answer
    };
    for (wish, code) in [
        (json!({"phone": "+221 33 899 99 99"}), "field_hidden"),
        (json!({"phone": null}), "field_hidden"),
        (json!({"phone_audience": "members"}), "field_hidden"),
        (json!({"phone_audience": "secretariat"}), "field_hidden"),
        (json!({"email_audience": "members"}), "field_hidden"),
        (json!({"languages_audience": "region"}), "audience_widened"),
        (json!({"languages_audience": "members", "job_title": "Director"}), "audience_widened"),
        (json!({"job_title_audience": "public"}), "audience_widened"),
    ] {
        assert_eq!(change(&home, wish.clone()).refused(403), code, "{wish}");
    }
    let me = awa.get("/me").expect(200);
    assert_eq!(me["contact"]["phone"], "+221 33 800 00 00", "nothing of it happened");
    assert_eq!(me["contact"]["job_title"], "Head of Innovation");
    // The coordinator may correct visible fields, and show them to fewer people: even to none at home.
    let corrected = change(&home, json!({"languages": ["fr"], "job_title": "Director"})).expect(200);
    assert_eq!((&corrected["languages"], &corrected["job_title"]), (&json!(["fr"]), &json!("Director")));
    let narrowed = change(&home, json!({"languages_audience": "secretariat"})).expect(200);
    assert_eq!((&narrowed["languages"], &narrowed["phone"]), (&json!([]), &json!(null)), "the answer is a read");
    assert_eq!(change(&home, json!({"languages": ["en"]})).refused(403), "field_hidden");
    // The Secretariat sees everything, and widens nothing either.
    let admin = t.admin();
    assert_eq!(change(&admin, json!({"phone_audience": "members"})).refused(403), "audience_widened");
    change(&admin, json!({"phone": "+221 33 822 22 22"})).expect(200);
    change(&admin, json!({"phone": "+221 33 822 22 22"})).expect(200);
    // The owner gets a mail about each change without the values; the log has none either.
    let mails = told_of_changes(&t, &awa);
    assert_eq!(mails.len(), 3, "{mails:?}");
    for words in [
        "A coordinator has changed your entry (Senegal)",
        "Changes: the job title, the languages.",
        "Changes: who sees the languages.",
        "The Secretariat has changed your entry (Senegal)",
        "Changes: the telephone number.",
    ] {
        assert!(mails.iter().any(|mail| mail.contains(words)), "{words}: {mails:?}");
    }
    for value in ["Director", "822"] {
        assert!(mails.iter().all(|mail| !mail.contains(value)), "{value}: {mails:?}");
    }
    let log = admin.all(&format!("/audit?subject={}&action=contact_changed", user_of(&t, &awa.email)));
    assert!(log.iter().any(|entry| entry["detail"]["fields"] == json!(["job_title", "languages"])), "{log:?}");
    // Its owner may show it to anybody, and gets no mail about that.
    let shown = change(&awa, json!({"phone_audience": "members", "languages_audience": "members"})).expect(200);
    assert_eq!(shown["phone"], "+221 33 822 22 22");
    assert_eq!(hears(&t, &awa.email, "Your entry in the directory was changed"), 3);
    // Of what else officers do to it she hears too.
    let own = format!("/appointments/{}", id_of(&t, &awa.email));
    t.pass(DAY);
    t.login(&awa.email).post(&format!("{own}/confirm"), &json!({})).expect(200);
    assert_eq!(hears(&t, &awa.email, "Your entry was confirmed (Senegal)"), 0, "that was herself");
    t.pass(DAY);
    let home = t.login(&home.email);
    home.post(&format!("{own}/confirm"), &json!({})).expect(200);
    let end = json!({"valid_to": t.clock.now().plus(DAY * 90)});
    home.with_header("if-match", "*").patch(&own, &end).expect(200);
    for subject in ["Your entry was confirmed (Senegal)", "The end of your appointment was changed (Senegal)"] {
        assert_eq!(hears(&t, &awa.email, subject), 1, "{subject}");
    }
}

#[story]
fn a13_officers_read_addresses_by_their_audience_alone(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let application = Application::new("SN", "Awa Diop");
    let registration = t.apply_and_verify(&application);
    let address = application.email.as_str();
    let id = id_of(&t, address);
    let path = format!("/appointments/{id}");
    // The administration decides on an application, and sent an invitation, at these addresses.
    assert_eq!(home.get(&path).expect(200)["person"]["email"], address);
    invite(&home, "fatou@douanes.example", &json!({}));
    let rows = home.all("/appointments?status=invited");
    assert_eq!(rows[0]["person"]["email"], "fatou@douanes.example");
    home.post(&format!("/appointments/{}/withdraw", rows[0]["id"].as_str().unwrap()), &json!({})).expect(200);
    assert_eq!(home.all("/appointments?status=withdrawn")[0]["person"]["email"], json!(null), "it is over");

    t.admin().post(&format!("/registrations/{registration}/approve"), &json!({})).expect(200);
    let awa = t.login(address);
    assert_eq!(home.get(&path).expect(200)["person"]["email"], address, "she shows it to members");
    awa.patch("/me", &json!({"email_audience": "secretariat"})).expect(200);
    let tag = home.get(&path).header("etag").unwrap().to_owned();
    let end = json!({"valid_to": t.clock.now().plus(DAY * 90)});
    let answers = [
        home.get(&path),
        home.get("/appointments?limit=100"),
        home.with_header("if-match", &tag).patch(&path, &end),
        home.post(&format!("{path}/confirm"), &json!({})),
        home.post(&format!("{path}/suspend"), &json!({"reason": "On leave."})),
        home.post(&format!("{path}/reinstate"), &json!({})),
        home.get(&format!("{path}/nomination")),
        home.get("/contacts?q=diop"),
        home.with_header("accept", "text/csv").get("/contacts"),
        home.with_header("accept", "text/vcard").get("/contacts?q=diop"),
        home.get("/audit?limit=100"),
        home.get("/changes"),
        home.get("/members/SN"),
    ];
    for answer in answers {
        assert!(answer.status < 300, "{}", answer.text);
        assert!(!answer.text.contains(address), "{}", answer.text);
    }
    let mut rows = home.all("/appointments").into_iter();
    let row = rows.find(|row| row["id"] == id.as_str()).expect("it is listed");
    assert_eq!((&row["person"]["name"], &row["person"]["email"]), (&json!("Awa Diop"), &json!(null)));
    assert_eq!(t.admin().get(&path).expect(200)["person"]["email"], address, "the Secretariat manages accounts");
    assert_eq!(t.login(address).get(&path).expect(200)["person"]["email"], address, "and it is her own");
    // A hand-over answers with the predecessor's appointment.
    let fatou = t.member(&Application::new("SN", "Fatou Sow"));
    let wish = json!({"successor": id_of(&t, &fatou.email)});
    let replaced = home.post(&format!("{path}/replace"), &wish).expect(200);
    assert_eq!((&replaced["status"], &replaced["person"]["email"]), (&json!("replaced"), &json!(null)));
}

#[story]
fn a13_what_is_over_shows_no_address(t: TestApp) {
    let (home, awa) = (coordinator(&t, "SN", "Moussa Fall"), t.ncp("SN"));
    let path = format!("/appointments/{}", id_of(&t, &awa.email));
    assert_eq!(home.get(&path).expect(200)["person"]["email"], awa.email.as_str(), "she shows it to members");
    let ended = home.post(&format!("{path}/resign"), &json!({"reason": "Left the service."})).expect(200);
    assert_eq!((&ended["status"], &ended["person"]["email"]), (&json!("ended"), &json!(null)));
    for answer in [home.get(&path), home.get("/appointments?limit=100")] {
        assert!(!answer.text.contains(&awa.email), "{}", answer.text);
    }
    assert_eq!(t.admin().get(&path).expect(200)["person"]["email"], awa.email.as_str());
}
