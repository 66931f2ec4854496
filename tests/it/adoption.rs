//! Adoption: which member uses which technology, as its coordinators enter it, and who is willing to share experience.

use portal::adoption::{self, AdoptionStatus};
use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

fn coordinator(t: &TestApp, member: &str, name: &str) -> Person {
    let mut application = Application::new(member, name);
    application.role = "coordinator";
    t.member(&application)
}

/// Sets a member's technologies, with the current version.
fn say(who: &Person, member: &str, set: &Value) -> Answer {
    let path = format!("/members/{member}/adoption");
    let read = who.get(&path);
    put(&who.with_header("if-match", read.header("etag").unwrap_or("*")), member, set)
}

fn put(who: &Person, member: &str, set: &Value) -> Answer {
    who.json("PUT", &format!("/members/{member}/adoption"), &json!({"data": set})).unwrap()
}

#[story]
fn a_coordinator_says_what_the_own_member_uses(t: TestApp) {
    let (awa, fatou) = (t.ncp("SN"), coordinator(&t, "SN", "Fatou Sarr"));
    assert_eq!(awa.get("/members/SN/adoption").expect(200), json!({"data": []}));
    let set = json!([
        {"technology": "drones", "status": "in_use", "since": "2023-04", "willing_to_share": true},
        {"technology": "ai_ml", "status": "planned"},
        {"technology": "cloud", "status": "none"},
    ]);
    let said = say(&fatou, "sn", &set);
    let tag = said.header("etag").unwrap().to_owned();
    let said = said.expect(200);
    let told: Vec<(&str, &str)> = said["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["technology"].as_str().unwrap(), row["status"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("ai_ml", "planned"), ("cloud", "none"), ("drones", "in_use")], "in the order of the list");
    assert_eq!((&said["data"][2]["since"], &said["data"][2]["willing_to_share"]), (&json!("2023-04"), &json!(true)));
    assert_eq!(awa.get("/members/SN/adoption").expect(200), said);
    assert_eq!(awa.with_header("if-none-match", &tag).get("/members/SN/adoption").status, 304);

    // Unchanged entries keep their date; omitted ones are deleted.
    let before = said["data"][2]["updated_at"].clone();
    t.pass(std::time::Duration::from_mins(3));
    let set = json!([
        {"technology": "drones", "status": "in_use", "since": "2023-04", "willing_to_share": true},
        {"technology": "ai_ml", "status": "under_development", "since": "2026"},
    ]);
    let said = say(&fatou, "SN", &set).expect(200);
    assert_eq!(said["data"].as_array().unwrap().len(), 2);
    assert_eq!(said["data"][1]["updated_at"], before);
    assert_ne!(said["data"][0]["updated_at"], before);
    let log = t.admin().get("/audit?action=adoption_changed").expect(200);
    let changed: Vec<&Value> =
        log["data"].as_array().unwrap().iter().map(|row| &row["detail"]["technologies"]).collect();
    assert_eq!(changed, [&json!(["cloud", "ai_ml"]), &json!(["drones", "ai_ml", "cloud"])]);
    assert_eq!(fatou.get("/audit?action=adoption_changed").expect(200)["data"].as_array().unwrap().len(), 2);
}

#[story]
fn nobody_else_says_it(t: TestApp) {
    let set = json!([{"technology": "cloud", "status": "in_use"}]);
    assert_eq!(say(&t.ncp("SN"), "SN", &set).refused(403), "coordinators_only");
    let foreign = coordinator(&t, "KE", "Wanjiru Kamau");
    assert_eq!(say(&foreign, "SN", &set).refused(403), "other_organisation");
    assert_eq!(say(&t.admin(), "XS", &set).refused(404), "not_found");
    assert_eq!(t.admin().get("/members/SN/adoption").expect(200), json!({"data": []}));
    say(&t.admin(), "SN", &set).expect(200);
    say(&t.admin(), "EU", &set).expect(200);
}

#[story]
fn a_set_is_made_from_the_set_that_was_read(t: TestApp) {
    let fatou = coordinator(&t, "SN", "Fatou Sarr");
    let (cloud, drones) = (
        json!([{"technology": "cloud", "status": "in_use"}]),
        json!([{"technology": "drones", "status": "considering"}]),
    );
    assert_eq!(put(&fatou, "SN", &cloud).refused(428), "if_match_required");
    let read = fatou.get("/members/SN/adoption");
    let editor = fatou.with_header("if-match", read.header("etag").unwrap());
    let start = std::sync::Barrier::new(2);
    let mut answers: Vec<u16> = std::thread::scope(|scope| {
        let write = |set| {
            let (editor, start) = (&editor, &start);
            scope.spawn(move || {
                start.wait();
                put(editor, "SN", set).status
            })
        };
        [write(&cloud), write(&drones)].map(|writer| writer.join().unwrap()).into()
    });
    answers.sort_unstable();
    assert_eq!(answers, [200, 412]);
    assert_eq!(fatou.get("/members/SN/adoption").expect(200)["data"].as_array().unwrap().len(), 1);
}

#[story]
fn every_fault_of_a_set_is_named(t: TestApp) {
    let fatou = coordinator(&t, "SN", "Fatou Sarr");
    let set = json!([
        {"technology": "cloud", "status": "in_use", "since": "2027"},
        {"technology": "Cloud", "status": "in_use", "since": "soon"},
        {"technology": "steam", "status": "in_use"},
        {"technology": "5g", "status": "none", "willing_to_share": true},
    ]);
    let answer = say(&fatou, "SN", &set);
    let faults: Vec<(String, String)> = answer.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["pointer"].as_str().unwrap().to_owned(), fault["code"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        ("/data/0/since", "in_the_future"),
        ("/data/1/technology", "duplicate"),
        ("/data/1/since", "bad_since"),
        ("/data/2/technology", "unknown_technology"),
        ("/data/3/technology", "unknown_technology"),
        ("/data/3/willing_to_share", "nothing_to_share"),
    ];
    assert_eq!(faults, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    assert_eq!(answer.refused(422), "invalid");
    for wrong in [json!({}), json!([{"technology": "cloud"}]), json!([{"technology": "cloud", "status": "loved"}])] {
        assert_eq!(say(&fatou, "SN", &wrong).refused(422), "invalid", "{wrong}");
    }
    assert_eq!(fatou.get("/members/SN/adoption").expect(200), json!({"data": []}));
}

/// Three members enter two technologies.
fn matrix(t: &TestApp) {
    let admin = t.admin();
    for (member, set) in [
        (
            "SN",
            json!([{"technology": "drones", "status": "in_use", "since": "2023", "willing_to_share": true},
            {"technology": "cloud", "status": "considering"}]),
        ),
        ("CI", json!([{"technology": "drones", "status": "in_use"}])),
        ("KE", json!([{"technology": "drones", "status": "planned", "willing_to_share": true}])),
    ] {
        say(&admin, member, &set).expect(200);
    }
}

#[story]
fn the_matrix_shows_who_is_how_far(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    matrix(&t);
    let plain = awa.get("/technologies").expect(200);
    assert!(plain["data"].as_array().unwrap().iter().all(|row| row.get("adoption").is_none()));
    let adoption = |who: &Person, code: &str| {
        let list = who.get("/technologies?with=adoption").expect(200);
        let rows = list["data"].as_array().unwrap();
        assert_eq!(rows.len(), 11);
        rows.iter().find(|row| row["code"] == code).unwrap()["adoption"].clone()
    };
    let counts = |in_use: u64, planned: u64, willing: &[&str]| {
        json!({"none": 0, "considering": 0, "planned": planned, "under_development": 0, "in_use": in_use, "retired": 0,
            "willing_to_share": willing})
    };
    assert_eq!(adoption(&awa, "drones"), counts(2, 1, &["KE", "SN"]));
    assert_eq!(adoption(&awa, "biometrics"), counts(0, 0, &[]));
    let column = awa.get("/technologies/drones/adoption").expect(200);
    let rows: Vec<(&str, &str)> = column["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["member"]["code"].as_str().unwrap(), row["status"].as_str().unwrap()))
        .collect();
    assert_eq!(rows, [("CI", "in_use"), ("KE", "planned"), ("SN", "in_use")], "by their names");
    assert_eq!((&column["data"][2]["since"], &column["data"][2]["willing_to_share"]), (&json!("2023"), &json!(true)));
    for nothing in ["steam", "5g"] {
        assert_eq!(awa.get(&format!("/technologies/{nothing}/adoption")).refused(404), "not_found");
    }
    assert_eq!(awa.get("/technologies?with=love").refused(400), "bad_query");

    // Hidden members are not counted either.
    let read = admin.get("/members/KE");
    let editor = admin.with_header("if-match", read.header("etag").unwrap());
    editor.patch("/members/KE", &json!({"status": "hidden"})).expect(200);
    assert_eq!(adoption(&awa, "drones"), counts(2, 0, &["SN"]));
    assert_eq!(awa.get("/technologies/drones/adoption").expect(200)["data"].as_array().unwrap().len(), 2);
    assert_eq!(adoption(&admin, "drones"), counts(2, 1, &["KE", "SN"]));
}

#[story]
fn others_ask_who_runs_it_and_is_willing(t: TestApp) {
    matrix(&t);
    let ask = |technologies: &[&str], statuses: &[AdoptionStatus], willing: Option<bool>| {
        let technologies: Vec<String> = technologies.iter().map(|&code| code.to_owned()).collect();
        let statuses = statuses.to_vec();
        let found = t.portal.db.read(move |conn| {
            let found = adoption::organisations(conn, &technologies, &statuses, willing)?;
            let all = portal::members::all(conn)?.into_iter().filter(|member| found.contains(&member.id));
            Ok(all.map(|member| member.code).collect::<Vec<_>>())
        });
        t.run(found).unwrap()
    };
    assert_eq!(ask(&["drones"], &[], None), ["CI", "KE", "SN"]);
    assert_eq!(ask(&["drones"], &[AdoptionStatus::InUse], Some(true)), ["SN"]);
    assert_eq!(ask(&["cloud", "drones"], &[AdoptionStatus::Considering, AdoptionStatus::Planned], None), ["KE", "SN"]);
    assert_eq!(ask(&[], &[], Some(false)), ["CI", "SN"]);
    assert_eq!(ask(&["steam"], &[], None), Vec::<String>::new());
}
