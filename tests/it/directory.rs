//! Members and contacts: found in any spelling, by filters that combine, and in a stable order. `audiences` has who sees
//! which field, `telephones` how numbers are found.

mod audiences;
mod telephones;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Application, Expect as _, TestApp, story};

fn names(answer: &Value, key: &str) -> Vec<String> {
    answer["data"].as_array().unwrap().iter().map(|row| row[key].as_str().unwrap().to_owned()).collect()
}

#[story]
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

#[story]
fn a_member_is_read_by_its_code(t: TestApp) {
    let awa = t.ncp("SN");
    let senegal = awa.get("/members/sn").expect(200);
    assert_eq!((&senegal["name_en"], &senegal["name_fr"]), (&json!("Senegal"), &json!("Sénégal")));
    assert_eq!(senegal["region"], "WCA");
    assert_eq!(awa.get("/members/ZZ").refused(404), "not_found");
    assert_eq!(awa.get("/technologies").expect(200)["data"].as_array().unwrap().len(), 11);
}

#[story]
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
    let address = "aicha.n.guessan.kone@customs-ci.example";
    for search in [address.to_owned(), format!("%3C{}%3E", address.to_uppercase())] {
        let found = reader.get(&format!("/contacts?q={search}&total=true")).expect(200);
        assert_eq!((&found["total"], &found["data"][0]["matched"]), (&json!(1), &json!([format!("email:{address}")])));
    }
    for in_vain in ["aichaxy", "aixh", "example", "%25", "aicha@customs-ci.example"] {
        let found = reader.get(&format!("/contacts?q={in_vain}")).expect(200);
        assert_eq!(names(&found, "name"), Vec::<String>::new(), "{in_vain}");
    }
}

/// A contact without its match.
fn plain(mut contact: Value) -> Value {
    contact.as_object_mut().unwrap().remove("matched");
    contact
}

#[story]
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

#[story]
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

#[story]
fn only_active_appointments_are_listed(t: TestApp) {
    let reader = t.ncp("SN");
    let id = t.apply_and_verify(&Application::new("KE", "Wanjiru Kamau"));
    assert_eq!(names(&reader.get("/contacts?q=wanjiru").expect(200), "name"), Vec::<String>::new());
    t.admin().post(&format!("/registrations/{id}/approve"), &json!({})).expect(200);
    assert_eq!(names(&reader.get("/contacts?q=wanjiru").expect(200), "name"), ["Wanjiru Kamau"]);
}

#[story]
fn nobody_reads_the_directory_without_logging_in(t: TestApp) {
    for path in ["/members", "/members/SN", "/contacts", "/technologies", "/announcements", "/me"] {
        let answer = t.anonymous().get(path).unwrap();
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        assert_eq!(answer.refused(401), "login_required", "{path}");
    }
}

#[story]
fn facets_count_what_each_value_would_give(t: TestApp) {
    let reader = t.ncp("SN");
    t.seed(400);
    for query in [
        "",
        "region=WCA",
        "region=WCA&region=EUR&language=fr",
        "q=diop&technology=cloud",
        "role=coordinator&member=SN&member=FR",
    ] {
        let answer = reader
            .get(&format!("/contacts?{query}&facets=region,role,language,technology,member&total=true"))
            .expect(200);
        assert_eq!(answer["total"], json!(reader.all(&format!("/contacts?{query}")).len()), "{query}");
        for facet in ["region", "role", "language", "technology"] {
            // Its own filter is left out, and each value put in its place.
            let others: Vec<&str> =
                query.split('&').filter(|part| !part.starts_with(&format!("{facet}=")) && !part.is_empty()).collect();
            for value in answer["facets"][facet].as_array().unwrap() {
                let code = value["value"].as_str().unwrap();
                let path = format!("/contacts?{}&{facet}={code}&total=true", others.join("&"));
                assert_eq!(reader.get(&path).expect(200)["total"], value["count"], "{query}: {path}");
                let chosen = query.split('&').any(|part| part == format!("{facet}={code}"));
                assert_eq!(value["selected"], chosen, "{query}: {path}");
                assert_ne!(value["label"], "", "{value}");
            }
        }
    }
    let wrong = reader.get("/contacts?facets=shoe_size");
    assert_eq!(wrong.json()["errors"][0]["pointer"], "facets");
    let french = reader.get("/contacts?facets=member,language").expect(200);
    let labels: Vec<&str> =
        french["facets"]["language"].as_array().unwrap().iter().map(|v| v["label"].as_str().unwrap()).collect();
    assert!(labels.contains(&"English") && labels.contains(&"Swahili"), "{labels:?}");
}

#[story]
fn every_order_pages_through_every_contact_once(t: TestApp) {
    let reader = t.ncp("SN");
    t.seed(250);
    reader.patch("/me", &json!({"job_title": "Newest of all"})).expect(200);
    for (sort, filter) in [
        ("name", "role=ncp"),
        ("-updated_at", ""),
        ("member", ""),
        ("member", "language=en"),
        ("-updated_at", "q=diop"),
    ] {
        let path = format!("/contacts?sort={sort}&{filter}&limit=7");
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = reader.get(&format!("{path}{cursor}")).expect(200);
            rows.extend(page["data"].as_array().unwrap().iter().cloned());
            match page["page"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let ids: BTreeSet<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
        let all = reader.all(&format!("/contacts?{filter}"));
        assert_eq!((ids.len(), rows.len()), (all.len(), all.len()), "{path}");
        let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
        match sort {
            "-updated_at" => {
                assert!(rows.is_sorted_by(|a, b| text(a, "updated_at") >= text(b, "updated_at")), "{path}");
            }
            "member" => {
                let key = |row: &Value| {
                    let member = row["member"]["name_en"].as_str().unwrap();
                    (portal::text::sort_key(member), portal::text::sort_key(&text(row, "name")))
                };
                assert!(rows.is_sorted_by_key(key), "{path}");
            }
            _ => assert!(rows.is_sorted_by_key(|row| portal::text::sort_key(&text(row, "name"))), "{path}"),
        }
    }
}

#[story]
fn a_contact_is_found_by_any_name_of_its_country(t: TestApp) {
    let reader = t.ncp("SN");
    t.member(&Application::new("CI", "Aya Koné"));
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    for (search, name, matched) in [
        ("Ivory%20Coast", "Aya Koné", "alias:Ivory Coast"),
        ("Kot%20d%27Ivuarr", "Aya Koné", "alias:"),
        ("%D0%9A%D0%B5%D0%BD%D0%B8%D1%8F", "Wanjiru Kamau", "alias:Кения"),
        // كينيا, 肯尼亚, كوت ديفوار: as they are written, not as they would be spelled.
        ("%D9%83%D9%8A%D9%86%D9%8A%D8%A7", "Wanjiru Kamau", "alias:"),
        ("%E8%82%AF%E5%B0%BC%E4%BA%9A", "Wanjiru Kamau", "alias:"),
        ("%D9%83%D9%88%D8%AA%20%D8%AF%D9%8A%D9%81%D9%88%D8%A7%D8%B1", "Aya Koné", "alias:"),
        ("wanjiru%20kenya", "Wanjiru Kamau", "name_en:Kenya"),
    ] {
        let found = reader.get(&format!("/contacts?q={search}")).expect(200);
        assert_eq!(found["data"][0]["name"], name, "{search}: {found}");
        let why = found["data"][0]["matched"].as_array().unwrap();
        assert!(why.iter().any(|text| text.as_str().unwrap().starts_with(matched)), "{search}: {why:?}");
    }
}

#[story]
fn officers_correct_contacts_of_their_own_and_nobody_overwrites_anybody(t: TestApp) {
    let awa = t.ncp("SN");
    let mut coordinators = Vec::new();
    for member in ["SN", "FR"] {
        let mut application = Application::new(member, "Moussa Fall");
        application.role = "coordinator";
        coordinators.push(t.member(&application));
    }
    let id = awa.get("/contacts?q=diop").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/contacts/{id}");
    let change = json!({"job_title": "Head of Data", "phone_audience": "secretariat"});
    assert_eq!(coordinators[0].patch(&path, &change).refused(428), "if_match_required");
    let tag = coordinators[0].get(&path).header("etag").unwrap().to_owned();
    assert_eq!(coordinators[1].with_header("if-match", "*").patch(&path, &change).refused(403), "other_organisation");
    assert_eq!(t.ncp("KE").with_header("if-match", "*").patch(&path, &change).refused(403), "coordinators_only");
    let first = coordinators[0].with_header("if-match", &tag);
    assert_eq!(first.patch(&path, &change).expect(200)["job_title"], "Head of Data");
    assert_eq!(first.patch(&path, &change).refused(412), "changed_meanwhile");
    let answer = awa.with_header("if-match", "*").patch(&path, &json!({"languages": ["xx"], "phone": "1"}));
    let faults = answer.json()["errors"].clone();
    assert_eq!((&faults[0]["pointer"], &faults[1]["pointer"]), (&json!("/phone"), &json!("/languages/0")));
    let unchanged = awa.with_header("if-none-match", awa.get(&path).header("etag").unwrap());
    assert_eq!(unchanged.get(&path).status, 304);
}
