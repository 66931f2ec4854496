//! Members: found by any name in any spelling, edited by the Secretariat, counted on any day.

use portal::db::{Access, Conn};
use portal::demo::client::Answer;
use portal::i18n::Language;
use portal::members::{self, Particulars};
use portal::random::Random;
use serde_json::{Value, json};
use std::time::Duration;

use crate::support::{Application, Expect as _, Person, TestApp, story};

const DAY: Duration = Duration::from_hours(24);

fn codes(answer: &Value) -> Vec<&str> {
    answer["data"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap()).collect()
}

fn search(who: &Person, text: &str) -> Value {
    let query: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    who.get(&format!("/members?q={query}")).expect(200)
}

/// The same person with writes based on this answer.
fn from(person: &Person, read: &Answer) -> Person {
    person.with_header("if-match", read.header("etag").expect("a tag"))
}

fn edit(t: &TestApp, code: &str, change: &Value) -> Value {
    let (admin, path) = (t.admin(), format!("/members/{code}"));
    from(&admin, &admin.get(&path)).patch(&path, change).expect(200)
}

fn on(who: &Person, day: &str) -> (u64, Value) {
    let regions = who.get(&format!("/regions?on={day}")).expect(200);
    (regions["total"]["members"].as_u64().unwrap(), regions)
}

fn of_region(regions: &Value, region: &str) -> u64 {
    let rows = regions["data"].as_array().unwrap();
    rows.iter().find(|row| row["region"] == region).unwrap()["members"].as_u64().unwrap()
}

/// A connection of one's own, as another process has one.
fn other_process(t: &TestApp) -> Conn {
    portal::db::open(t.portal.db.target(), Access::Write).unwrap()
}

#[story]
fn a_member_is_found_by_any_of_its_names(t: TestApp) {
    let awa = t.ncp("SN");
    for (typed, code) in [
        ("cote divoire", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("COTE D'IVOIRE", "CI"),
        ("Ivory Coast", "CI"),
        ("ivroy coast", "CI"),
        ("Kot d'Ivuar", "CI"),
        ("Kot d'Ivvuar", "CI"),
        ("Kto d'Ivuar", "CI"),
        ("Kot d'Ivua", "CI"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("كينيا", "KE"),
        ("Кения", "KE"),
        ("Cabo Verde", "CV"),
        ("Cape Verde", "CV"),
        ("Sengeal", "SN"),
        ("kz", "KZ"),
    ] {
        assert_eq!(codes(&search(&awa, typed))[0], code, "{typed}");
    }
    let matched = |typed: &str| search(&awa, typed)["data"][0]["matched"].clone();
    assert_eq!(matched("ivory coast"), json!(["alias:Ivory Coast"]));
    assert_eq!(matched("allemagne"), json!(["name_fr:Allemagne"]));
    assert_eq!(matched("senegl"), json!(["name_en:Senegal"]));
    assert_eq!(matched("sn"), json!(["code:SN"]));
    assert_eq!(search(&awa, "Atlantis")["data"], json!([]));
    assert_eq!(search(&awa, " ")["data"].as_array().unwrap().len(), 25, "no search at all");
    assert!(awa.get("/members").expect(200)["data"][0].get("matched").is_none());
    assert_eq!(awa.get(&format!("/members?q={}", "x".repeat(201))).refused(400), "bad_query");
}

#[story]
fn the_best_comes_first_page_by_page(t: TestApp) {
    let awa = t.ncp("SN");
    let whole = search(&awa, "guinea");
    let expected = ["GN", "GW", "GQ", "PG"];
    assert_eq!(codes(&whole)[..4], expected, "the whole name, its beginning, a later word");
    let (mut paged, mut path) = (Vec::new(), "/members?q=guinea&limit=2".to_owned());
    loop {
        let page = awa.get(&path).expect(200);
        paged.extend(page["data"].as_array().unwrap().iter().cloned());
        let Some(next) = page["page"]["next_cursor"].as_str() else { break };
        path = format!("/members?q=guinea&limit=2&cursor={next}");
    }
    assert_eq!(json!(paged), whole["data"]);
    let in_region = awa.get("/members?q=guinea&region=AP").expect(200);
    assert_eq!(codes(&in_region)[0], "PG");
    let listed = awa.get("/members?limit=1").expect(200)["page"]["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(awa.get(&format!("/members?q=guinea&cursor={listed}")).refused(400), "bad_query");
}

#[story]
fn an_edit_names_what_it_was_made_from(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let read = admin.get("/members/ci");
    let aliases = read.json()["aliases"].as_array().unwrap().clone();
    assert!(aliases.contains(&json!({"name": "Ivory Coast", "language": "en", "source": "reference"})), "{aliases:?}");
    assert_eq!((&read.json()["languages"], &read.json()["status"]), (&json!(["fr"]), &json!("active")));
    let tag = read.header("etag").unwrap();
    assert_eq!(admin.with_header("if-none-match", tag).get("/members/CI").status, 304);

    let change = json!({"name_en": "Cote d'Ivoire", "status": "suspended",
        "aliases": [{"name": "Ivory Coast", "language": "en"}, {"name": "Éburnie"}]});
    assert_eq!(awa.patch("/members/CI", &change).refused(403), "secretariat_only");
    assert_eq!(admin.patch("/members/CI", &change).refused(428), "if_match_required");
    let stale = admin.with_header("if-match", "\"0123456789abcdef0123456789abcdef\"");
    assert_eq!(stale.patch("/members/CI", &change).refused(412), "changed_meanwhile");
    let changed = from(&admin, &read).patch("/members/CI", &change);
    let sources: Vec<Value> =
        changed.json()["aliases"].as_array().unwrap().iter().map(|a| a["source"].clone()).collect();
    assert_eq!(sources, ["reference", "secretariat"]);
    assert_eq!(changed.header("etag"), admin.get("/members/CI").header("etag"));
    assert_eq!(changed.expect(200)["name_en"], "Cote d'Ivoire");
    assert_eq!(from(&admin, &read).patch("/members/CI", &json!({})).refused(412), "changed_meanwhile");
    assert_eq!(awa.get("/members/CI").expect(200)["status"], "suspended", "listed, and marked");
    assert_eq!(codes(&search(&awa, "Eburnie")), ["CI"]);
    assert!(!codes(&search(&awa, "Costa de Marfil")).contains(&"CI"), "no longer one of its names");

    let log = admin.get("/audit?action=member_changed").expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 1);
    assert_eq!(log["data"][0]["detail"]["fields"], json!(["name_en", "status", "aliases"]));
    // An unchanged value is no change.
    let same = from(&admin, &admin.get("/members/CI")).patch("/members/CI", &json!({"status": "suspended"}));
    same.expect(200);
    assert_eq!(admin.get("/audit?action=member_changed").expect(200)["data"].as_array().unwrap().len(), 1);
    assert_eq!(admin.with_header("if-match", "*").patch("/members/ZZ", &json!({})).refused(404), "not_found");
}

#[story]
fn of_two_editors_the_second_is_told(t: TestApp) {
    let admin = t.admin();
    let editor = from(&admin, &admin.get("/members/SN"));
    let start = std::sync::Barrier::new(2);
    let mut answers: Vec<u16> = std::thread::scope(|scope| {
        let write = |name: &'static str| {
            let (editor, start) = (&editor, &start);
            scope.spawn(move || {
                start.wait();
                editor.patch("/members/SN", &json!({"name_fr": name})).status
            })
        };
        let writers = [write("Sénégal (1)"), write("Sénégal (2)")];
        writers.map(|writer| writer.join().unwrap()).into()
    });
    answers.sort_unstable();
    assert_eq!(answers, [200, 412]);
    assert_eq!(admin.get("/members/SN/history").expect(200)["data"].as_array().unwrap().len(), 1);
}

#[story]
fn every_fault_of_an_edit_is_named(t: TestApp) {
    let admin = t.admin();
    let editor = from(&admin, &admin.get("/members/SN"));
    let change = json!({"name_fr": "", "languages": ["wo", "qq"], "mail_domains": ["not a domain"],
        "member_since": "1976-02-30", "aliases": [{"name": "a\u{202e}b"}]});
    let answer = editor.patch("/members/SN", &change);
    let faults: Vec<(String, String)> = answer.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["pointer"].as_str().unwrap().to_owned(), fault["code"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        ("/name_fr", "empty"),
        ("/languages/1", "unknown_language"),
        ("/mail_domains/0", "bad_domain"),
        ("/aliases/0/name", "control_characters"),
        ("/member_since", "bad_date"),
    ];
    assert_eq!(faults, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    assert_eq!(answer.refused(422), "invalid");
    for wrong in [json!({"region": null}), json!({"status": "gone"}), json!({"code": "XX"}), json!({"kind": "partner"})]
    {
        assert_eq!(editor.patch("/members/SN", &wrong).refused(422), "invalid", "{wrong}");
    }
    assert_eq!(admin.get("/members/SN/history").expect(200)["data"], json!([]));
}

#[story]
fn the_history_tells_what_a_member_was(t: TestApp) {
    let awa = t.ncp("SN");
    edit(&t, "SZ", &json!({"name_en": "Kingdom of Eswatini"}));
    t.pass(DAY);
    edit(&t, "SZ", &json!({"region": "WCA", "left_on": "2030-01-01"}));
    assert_eq!(t.login(&awa.email).get("/members/SZ/history").refused(403), "secretariat_only");
    let admin = t.admin();
    let history = admin.get("/members/SZ/history").expect(200);
    let told: Vec<(&Value, &Value, &Value)> = history["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["fields"], &row["before"]["name_en"], &row["before"]["region"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!(["region", "left_on"]), &json!("Kingdom of Eswatini"), &json!("ESA")),
            (&json!(["name_en"]), &json!("Eswatini"), &json!("ESA")),
        ]
    );
    assert_eq!(history["data"][0]["changed_by"], admin.get("/me").expect(200)["id"]);
    assert_eq!(admin.all("/members/SZ/history?").len(), 2);
    let first = admin.get("/members/SZ/history?limit=1").expect(200);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let second = admin.get(&format!("/members/SZ/history?limit=1&cursor={cursor}")).expect(200);
    assert_eq!(second["data"][0], history["data"][1]);
}

#[story]
fn regions_are_counted_on_any_day(t: TestApp) {
    let awa = t.ncp("SN");
    // Counts of the WCO itself: Palau joined on 2024-02-02, Saint Vincent and the Grenadines on 2025-09-17.
    for (day, members) in [
        ("2024-02-01", 185),
        ("2024-02-02", 186),
        ("2024-06-24", 186),
        ("2025-09-16", 186),
        ("2025-09-17", 187),
        ("2026-02-02", 187),
    ] {
        assert_eq!(on(&awa, day).0, members, "{day}");
    }
    let today = awa.get("/regions").expect(200);
    assert_eq!((&today["on"], &today["total"]), (&json!("2026-02-02"), &json!({"members": 187, "with_contact": 1})));
    let regions: Vec<u64> =
        ["AMS", "EUR", "ESA", "WCA", "MENA", "AP"].iter().map(|region| of_region(&today, region)).collect();
    assert_eq!(regions, [34, 52, 24, 24, 18, 35], "the union is not counted");
    assert_eq!(on(&awa, "2026-02-01").1["total"]["with_contact"], Value::Null, "known of today alone");

    t.pass(10 * DAY);
    edit(&t, "SN", &json!({"region": "MENA"}));
    edit(&t, "CI", &json!({"status": "suspended"}));
    edit(&t, "PW", &json!({"left_on": "2026-02-12"}));
    t.pass(10 * DAY);
    edit(&t, "SN", &json!({"region": "ESA"}));
    edit(&t, "GA", &json!({"status": "hidden"}));
    let awa = t.login(&awa.email);
    for (day, total, wca, mena, esa) in [
        ("2026-02-11", 187, 24, 18, 24),
        ("2026-02-12", 186, 23, 19, 24),
        ("2026-02-21", 186, 23, 19, 24),
        ("2026-02-22", 185, 22, 18, 25),
        ("2030-01-01", 185, 22, 18, 25),
    ] {
        let (members, regions) = on(&awa, day);
        let counted = (members, of_region(&regions, "WCA"), of_region(&regions, "MENA"), of_region(&regions, "ESA"));
        assert_eq!(counted, (total, wca, mena, esa), "{day}");
    }
    for bad in ["2026-02-30", "yesterday", "20260202"] {
        assert_eq!(awa.get(&format!("/regions?on={bad}")).refused(400), "bad_query", "{bad}");
    }
}

#[story]
fn a_hidden_member_is_the_secretariats_alone(t: TestApp) {
    let awa = t.ncp("SN");
    edit(&t, "KE", &json!({"status": "hidden"}));
    assert_eq!(awa.get("/members/KE").refused(404), "not_found");
    assert_eq!(awa.get("/members/KE/adoption").refused(404), "not_found");
    assert!(!codes(&search(&awa, "Kenya")).contains(&"KE"));
    assert_eq!(awa.all("/members").len(), 187);
    let mut form = Application::new("KE", "Wanjiru Kamau").form();
    assert_eq!(t.anonymous().post("/registrations", &form).unwrap().refused(422), "invalid");
    form["organisation"] = json!("UG");
    t.anonymous().post("/registrations", &form).unwrap().expect(202);
    let admin = t.admin();
    assert_eq!(admin.get("/members/KE").expect(200)["status"], "hidden");
    assert_eq!(codes(&search(&admin, "Kenya"))[0], "KE");
    assert_eq!(admin.all("/members").len(), 188);
}

#[story]
fn mail_domains_are_for_its_own_coordinators(t: TestApp) {
    edit(&t, "SN", &json!({"mail_domains": ["Douanes.SN", "douanes.sn", "finances.gouv.sn"]}));
    let coordinator = |member: &str, name: &str| {
        let mut application = Application::new(member, name);
        application.role = "coordinator";
        t.member(&application)
    };
    let (own, foreign) = (coordinator("SN", "Fatou Sarr"), coordinator("KE", "Wanjiru Kamau"));
    let domains = |who: &Person| who.get("/members/SN").expect(200)["mail_domains"].clone();
    for reader in [&own, &t.admin()] {
        assert_eq!(domains(reader), json!(["douanes.sn", "finances.gouv.sn"]));
    }
    for reader in [&foreign, &t.ncp("SN")] {
        assert_eq!(domains(reader), Value::Null);
    }
    assert_ne!(own.get("/members/SN").header("etag"), foreign.get("/members/SN").header("etag"));
}

#[story]
fn contacts_move_with_their_member(t: TestApp) {
    let (awa, distant) = (t.ncp("SN"), t.member(&Application::new("JP", "Haruto Tanaka")));
    awa.patch("/me", &json!({"phone_audience": "region"})).expect(200);
    let found = |region: &str| distant.get(&format!("/contacts?q=diop&region={region}")).expect(200)["data"].clone();
    assert_eq!((found("WCA").as_array().unwrap().len(), found("AP").as_array().unwrap().len()), (1, 0));
    edit(&t, "SN", &json!({"region": "AP"}));
    assert_eq!((found("WCA").as_array().unwrap().len(), found("AP").as_array().unwrap().len()), (0, 1));
    assert_eq!(found("AP")[0]["member"]["region"], "AP");
    assert!(found("AP")[0]["phone"].is_string(), "of one region now");
}

#[story]
fn a_new_name_is_found_at_once_whoever_gave_it(t: TestApp) {
    let awa = t.ncp("SN");
    assert_eq!(search(&awa, "Teranga")["data"], json!([]));
    edit(&t, "SN", &json!({"aliases": [{"name": "Teranga"}]}));
    assert_eq!(codes(&search(&awa, "Teranga")), ["SN"]);
    // Another process changes a name: this one learns it only from the database.
    let mut connection = other_process(&t);
    let now = t.clock.now();
    connection
        .transaction_for_write(|conn| {
            let gambia = members::get_for_update(conn, "GM")?;
            let now_so = Particulars {
                name_en: "Smiling Coast".to_owned(),
                name_fr: gambia.name_fr.clone(),
                region: gambia.region,
                default_language: Language::En,
                languages: gambia.languages.0.clone(),
                mail_domains: Vec::new(),
                member_since: None,
                left_on: None,
                status: gambia.status,
                aliases: Vec::new(),
            };
            members::change(conn, &gambia, &now_so, &["name_en"], now)
        })
        .unwrap();
    assert_eq!(codes(&search(&awa, "smiling coast")), ["GM"]);
}

#[story]
fn reference_data_keep_away_from_what_was_edited(t: TestApp) {
    let awa = t.ncp("SN");
    edit(&t, "CI", &json!({"aliases": [{"name": "Éburnie"}], "languages": [], "name_en": "Eburnia", "region": "ESA"}));
    // Data of an older portal: one name less, and no languages.
    let mut connection = other_process(&t);
    let forgotten = "DELETE FROM organisation_alias WHERE name = 'Cape Verde'; \
         UPDATE organisation SET languages = '[]' WHERE code = 'CV';";
    match &mut connection {
        Conn::Postgres(c) => diesel::connection::SimpleConnection::batch_execute(c, forgotten).unwrap(),
        Conn::Sqlite(c) => diesel::connection::SimpleConnection::batch_execute(c, forgotten).unwrap(),
    }
    let now = t.clock.now();
    let mut load = || {
        let load = |conn: &mut Conn| members::load_reference(conn, now, &Random::seeded(3));
        connection.transaction_for_write(load).unwrap()
    };
    assert_eq!(load(), 2, "what is missing where nobody has edited");
    assert_eq!(load(), 0);
    let edited = awa.get("/members/CI").expect(200);
    assert_eq!((&edited["name_en"], &edited["region"]), (&json!("Eburnia"), &json!("ESA")));
    assert_eq!((&edited["languages"], edited["aliases"].as_array().unwrap().len()), (&json!([]), 1));
    assert_eq!(awa.get("/members/CV").expect(200)["languages"], json!(["pt"]));
    assert_eq!(codes(&search(&awa, "Cape Verde"))[0], "CV");
}
