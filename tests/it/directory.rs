//! Members and contacts: found in any spelling, in a stable order, shown to whom they may be shown.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        members_are_found_in_any_spelling,
        a_member_is_read_by_its_code,
        contacts_are_found_by_words_in_any_spelling,
        filters_combine,
        pages_hold_every_contact_once_and_in_order,
        fields_show_to_their_audience_alone,
        only_active_appointments_are_listed,
        nobody_reads_the_directory_without_logging_in,
    ]
}

fn names(answer: &Value, key: &str) -> Vec<String> {
    answer["data"].as_array().unwrap().iter().map(|row| row[key].as_str().unwrap().to_owned()).collect()
}

fn members_are_found_in_any_spelling(t: TestApp) {
    let awa = t.ncp("SN");
    for (search, code) in [
        ("q=cote%20d%20ivoire", "CI"),
        ("q=C%C3%B4te%20d%E2%80%99Ivoire", "CI"),
        ("q=COTE%20D%27IVOIRE", "CI"),
        ("q=S%C3%A9n%C3%A9gal", "SN"),
        ("q=kenya&region=ESA", "KE"),
        ("q=Allemagne", "DE"),
    ] {
        let found = awa.get(&format!("/members?{search}")).expect(200);
        assert_eq!(names(&found, "code"), [code], "{search}");
    }
    let all = awa.all("/members");
    assert_eq!(all.len(), 188);
    let regions: Vec<usize> = ["AMS", "EUR", "ESA", "WCA", "MENA", "AP"]
        .iter()
        .map(|region| awa.all(&format!("/members?region={region}")).len())
        .collect();
    assert_eq!(regions, [34, 53, 24, 24, 18, 35]);
    assert_eq!(awa.all("/members?region=WCA&region=ESA").len(), 48);
}

fn a_member_is_read_by_its_code(t: TestApp) {
    let awa = t.ncp("SN");
    let senegal = awa.get("/members/sn").expect(200);
    assert_eq!((&senegal["name_en"], &senegal["name_fr"]), (&json!("Senegal"), &json!("Sénégal")));
    assert_eq!(senegal["region"], "WCA");
    assert_eq!(awa.get("/members/ZZ").refused(404), "not_found");
    assert_eq!(awa.get("/technologies").expect(200)["data"].as_array().unwrap().len(), 11);
}

fn contacts_are_found_by_words_in_any_spelling(t: TestApp) {
    let reader = t.ncp("SN");
    t.member(&Application::new("CI", "Aïcha N’Guessan-Koné"));
    for search in ["aicha", "A%C3%8FCHA", "guessan", "kone", "n%20guess%20kon", "c%C3%B4te", "innov%20aicha"] {
        let found = reader.get(&format!("/contacts?q={search}")).expect(200);
        assert_eq!(names(&found, "name"), ["Aïcha N’Guessan-Koné"], "{search}");
    }
    let found = reader.get("/contacts?q=aichax").expect(200);
    assert_eq!(
        found["data"][0]["matched"],
        json!(["name:Aïcha N’Guessan-Koné", "email:aicha.n.guessan.kone@customs-ci.example"])
    );
    for in_vain in ["aichaxy", "aixh", "example"] {
        let found = reader.get(&format!("/contacts?q={in_vain}")).expect(200);
        assert_eq!(names(&found, "name"), Vec::<String>::new(), "{in_vain}");
    }
}

/// A contact without by what it was found.
fn plain(mut contact: Value) -> Value {
    contact.as_object_mut().unwrap().remove("matched");
    contact
}

fn filters_combine(t: TestApp) {
    let reader = t.ncp("SN");
    t.seed(600);
    let all = reader.all("/contacts");
    assert_eq!(all.len(), 601);
    let expect = |query: &str, fits: &dyn Fn(&Value) -> bool| {
        let wanted: Vec<&Value> = all.iter().filter(|row| fits(row)).collect();
        let found: Vec<Value> = reader.all(&format!("/contacts?{query}")).into_iter().map(plain).collect();
        assert!(!wanted.is_empty(), "{query} means somebody");
        assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{query}");
    };
    let has = |row: &Value, list: &str, code: &str| row[list].as_array().unwrap().contains(&json!(code));
    expect("region=WCA", &|row| row["member"]["region"] == "WCA");
    expect("region=WCA&region=ESA&role=coordinator", &|row| {
        ["WCA", "ESA"].contains(&row["member"]["region"].as_str().unwrap()) && row["role"] == "coordinator"
    });
    expect("member=SN&member=ke", &|row| ["SN", "KE"].contains(&row["member"]["code"].as_str().unwrap()));
    expect("language=sw", &|row| has(row, "languages", "sw"));
    expect("language=sw&language=zh&technology=drones", &|row| {
        (has(row, "languages", "sw") || has(row, "languages", "zh")) && has(row, "technologies", "drones")
    });
    expect("language=en&technology=cloud&role=ncp&region=EUR", &|row| {
        has(row, "languages", "en")
            && has(row, "technologies", "cloud")
            && row["role"] == "ncp"
            && row["member"]["region"] == "EUR"
    });
    expect("q=diop", &|row| row["name"].as_str().unwrap().contains("Diop"));
    assert_eq!(reader.all("/contacts?member=ZZ").len(), 0);
}

fn pages_hold_every_contact_once_and_in_order(t: TestApp) {
    let reader = t.ncp("SN");
    t.seed(300);
    let whole = reader.all("/contacts");
    let mut rows: Vec<Value> = Vec::new();
    let mut path = "/contacts?limit=7".to_owned();
    loop {
        let answer = reader.get(&path);
        let link = answer.header("link").map(str::to_owned);
        let page = answer.expect(200);
        rows.extend(page["data"].as_array().unwrap().iter().cloned());
        match page["page"]["next_cursor"].as_str() {
            Some(next) => {
                path = format!("/contacts?limit=7&cursor={next}");
                assert_eq!(link, Some(format!("</api/v1{path}>; rel=\"next\"")));
            }
            None => break,
        }
    }
    assert_eq!(rows, whole);
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 301);
    let keys: Vec<String> = rows.iter().map(|row| portal::text::sort_key(row["name"].as_str().unwrap())).collect();
    assert!(keys.is_sorted(), "as in a dictionary");
}

fn fields_show_to_their_audience_alone(t: TestApp) {
    let awa = t.ncp("SN");
    let colleague = t.member(&Application::new("SN", "Moussa Ndiaye"));
    let neighbour = t.member(&Application::new("CI", "Aya Koné"));
    let distant = t.member(&Application::new("JP", "Haruto Tanaka"));
    let admin = t.admin();
    let id = awa.get("/contacts?q=diop").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let sees = |who: &crate::support::Person, field: &str| {
        let one = who.get(&format!("/contacts/{id}")).expect(200);
        let listed = who.get("/contacts?q=diop").expect(200)["data"][0].clone();
        assert_eq!(one, plain(listed), "a list shows what a read shows");
        !one[field].is_null()
    };
    let viewers = [&awa, &admin, &colleague, &neighbour, &distant];
    for (audience, expected) in [
        ("secretariat", [true, true, false, false, false]),
        ("organisation", [true, true, true, false, false]),
        ("region", [true, true, true, true, false]),
        ("members", [true; 5]),
    ] {
        awa.patch("/me", &json!({"phone_audience": audience, "email_audience": audience})).expect(200);
        assert_eq!(viewers.map(|viewer| sees(viewer, "phone")), expected, "{audience}");
        assert_eq!(viewers.map(|viewer| sees(viewer, "email")), expected, "{audience}");
    }
}

fn only_active_appointments_are_listed(t: TestApp) {
    let reader = t.ncp("SN");
    let id = t.apply_and_verify(&Application::new("KE", "Wanjiru Kamau"));
    assert_eq!(names(&reader.get("/contacts?q=wanjiru").expect(200), "name"), Vec::<String>::new());
    t.admin().post(&format!("/registrations/{id}/approve"), &json!({})).expect(200);
    assert_eq!(names(&reader.get("/contacts?q=wanjiru").expect(200), "name"), ["Wanjiru Kamau"]);
}

fn nobody_reads_the_directory_without_logging_in(t: TestApp) {
    for path in ["/members", "/members/SN", "/contacts", "/technologies", "/announcements", "/me"] {
        let answer = t.anonymous().get(path).unwrap();
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        assert_eq!(answer.refused(401), "login_required", "{path}");
    }
}
