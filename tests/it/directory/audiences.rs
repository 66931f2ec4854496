//! Each field is shown to its audience: nobody else reads it, or infers it from what is found and counted.

use serde_json::{Value, json};

use super::plain;
use crate::support::{Application, Expect as _, TestApp, story};

#[story]
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
        let finds = |who: &crate::support::Person| {
            let found = who.get(&format!("/contacts?q={}", awa.email)).expect(200);
            !found["data"].as_array().unwrap().is_empty()
        };
        // She sees her own field whatever its audience; a search uses only the audience.
        let [_, others @ ..] = viewers;
        assert_eq!(others.map(finds), expected[1..], "{audience}");
    }
}

/// Random queries of the directory.
fn questions(random: &portal::random::Random, count: usize) -> Vec<String> {
    let pick = |list: &[&str]| list[random.below(list.len())].to_owned();
    let mut questions = Vec::new();
    for _ in 0..count {
        let mut parts = Vec::new();
        for (name, values) in [
            ("q", ["awa", "secretword", "hiddentitle", "moussa", "hiddentitel", "diop"].as_slice()),
            ("language", &["fr", "sw", "en"]),
            ("technology", &["drones", "ai_ml"]),
            ("region", &["WCA", "AP"]),
            ("role", &["ncp", "coordinator"]),
            ("member", &["SN", "JP"]),
        ] {
            if random.below(3) == 0 {
                parts.push(format!("{name}={}", pick(values)));
            }
        }
        questions.push(parts.join("&"));
    }
    questions
}

#[story]
fn what_one_may_not_see_can_not_be_found_counted_or_inferred(t: TestApp) {
    let awa = t.ncp("SN");
    let colleague = t.member(&Application::new("SN", "Moussa Ndiaye"));
    let neighbour = t.member(&Application::new("CI", "Aya Koné"));
    let distant = t.member(&Application::new("JP", "Haruto Tanaka"));
    t.seed(60);
    let random = portal::random::Random::seeded(11);
    let asked = questions(&random, 60);
    let facets = "facets=region,member,role,language,technology,confirmation&total=true&limit=100";
    let answers = |who: &crate::support::Person| -> Vec<Value> {
        asked.iter().map(|question| who.get(&format!("/contacts?{question}&{facets}")).expect(200)).collect()
    };
    let hide = |audience: &str, title: &str, languages: &[&str], technologies: &[&str]| {
        let change = json!({"job_title": title, "job_title_audience": audience, "languages": languages,
            "languages_audience": audience, "technologies": technologies, "technologies_audience": audience,
            "email_audience": audience, "phone_audience": audience});
        awa.patch("/me", &change).expect(200);
    };
    for (audience, blind, seeing) in [
        ("secretariat", vec![&colleague, &neighbour, &distant], vec![]),
        ("organisation", vec![&neighbour, &distant], vec![&colleague]),
        ("region", vec![&distant], vec![&neighbour]),
    ] {
        // Two directories that differ only in hidden fields look the same to readers who may not see them.
        hide(audience, "Secretword Hiddentitle", &["sw", "en"], &["drones"]);
        let one: Vec<Vec<Value>> = blind.iter().map(|who| answers(who)).collect();
        for who in &seeing {
            let found = who.get("/contacts?q=hiddentitle&language=sw&technology=drones&total=true").expect(200);
            assert_eq!((&found["total"], &found["data"][0]["name"]), (&json!(1), &json!("Awa Diop")), "{audience}");
        }
        hide(audience, "Other Words", &["fr"], &["ai_ml"]);
        let other: Vec<Vec<Value>> = blind.iter().map(|who| answers(who)).collect();
        for (question, (one, other)) in one.iter().flatten().zip(other.iter().flatten()).enumerate() {
            let same = |mut answer: Value| {
                // When it was changed is seen by everybody.
                for row in answer["data"].as_array_mut().unwrap() {
                    row.as_object_mut().unwrap().remove("updated_at");
                }
                answer
            };
            assert_eq!(same(one.clone()), same(other.clone()), "{audience}: {}", asked[question % asked.len()]);
        }
    }
}
