//! Telephone numbers: found in any spelling, by those who may see them.

use serde_json::{Value, json};

use super::names;
use crate::support::{Application, Expect as _, TestApp, story};

#[story]
fn b11_a_telephone_number_finds_its_owner_in_any_spelling(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), t.member(&Application::new("SN", "Moussa Ndiaye")));
    let haruto = t.member(&Application::new("JP", "Haruto Tanaka"));
    awa.patch("/me", &json!({"phone": "+221 33 800 05 05", "phone_audience": "members"})).expect(200);
    let find = |search: &str| haruto.get(&format!("/contacts?total=true&q={search}")).expect(200);
    for search in [
        // A plus that is not escaped is a space in a query.
        "+221338000505",
        "%2B221338000505",
        "338000505",
        "33%20800%2005%2005",
        "00221%2033%20800%2005%2005",
        "%2B221%20(33)%20800-05-05",
        "%2B221%20(0)33%20800.05.05",
        "tel:%2B221-33-800-0505",
        "awa%20338000505",
        "%D9%A3%D9%A3%D9%A8%D9%A0%D9%A0%D9%A0%D9%A5%D9%A0%D9%A5",
    ] {
        let found = find(search);
        assert_eq!((names(&found, "name"), &found["total"]), (vec!["Awa Diop".to_owned()], &json!(1)), "{search}");
        let why = found["data"][0]["matched"].as_array().unwrap();
        assert!(why.contains(&json!("phone:+221 33 800 05 05")), "{search}: {why:?}");
    }
    for in_vain in ["%2B224338000505", "338000506", "%2B2213380005055", "0505", "moussa%20338000505"] {
        assert_eq!(names(&find(in_vain), "name"), Vec::<String>::new(), "{in_vain}");
    }
    // One that is stored without its country code, and one that is removed.
    moussa.patch("/me", &json!({"phone": "033 800 06 06", "phone_audience": "members"})).expect(200);
    for search in ["%2B221338000606", "00221338000606", "0338000606", "338000606"] {
        assert_eq!(names(&find(search), "name"), ["Moussa Ndiaye"], "{search}");
    }
    moussa.patch("/me", &json!({"phone": null})).expect(200);
    assert_eq!(names(&find("338000606"), "name"), Vec::<String>::new());
    // Digits may be words as well.
    moussa.patch("/me", &json!({"job_title": "Strategy 2026-2027"})).expect(200);
    for search in ["2026-2027", "strategy%202026%202027", "2026%202027"] {
        assert_eq!(names(&find(search), "name"), ["Moussa Ndiaye"], "{search}");
    }
}

#[story]
fn b11_a_hidden_telephone_number_can_not_be_found_or_inferred(t: TestApp) {
    let awa = t.ncp("SN");
    let colleague = t.member(&Application::new("SN", "Moussa Ndiaye"));
    let neighbour = t.member(&Application::new("CI", "Aya Koné"));
    let distant = t.member(&Application::new("JP", "Haruto Tanaka"));
    // It has the same end as hers, and no country code: a reader who does not see hers gets this one instead.
    neighbour.patch("/me", &json!({"phone": "33 800 05 05", "phone_audience": "members"})).expect(200);
    let admin = t.admin();
    let hide = |audience: &str, phone: &str| {
        awa.patch("/me", &json!({"phone": phone, "phone_audience": audience})).expect(200);
    };
    let searches =
        ["%2B221338000505", "00221338000505", "8000505", "00505", "%2B221338000909", "338000909", "9%2009%2009"];
    let answers = |who: &crate::support::Person| -> Vec<Value> {
        let ask = |search: &&str| {
            let path = format!("/contacts?q={search}&total=true&facets=region,member,role&sort=member");
            let mut answer = who.get(&path).expect(200);
            for row in answer["data"].as_array_mut().unwrap() {
                row.as_object_mut().unwrap().remove("updated_at");
            }
            answer
        };
        searches.iter().map(ask).collect()
    };
    let finds = |who: &crate::support::Person| {
        let found = who.get("/contacts?q=%2B221338000505").expect(200);
        names(&found, "name").contains(&"Awa Diop".to_owned())
    };
    let readers = [&admin, &colleague, &neighbour, &distant];
    for (audience, seeing) in [("secretariat", 1), ("organisation", 2), ("region", 3), ("members", 4)] {
        hide(audience, "+221 33 800 05 05");
        for (number, reader) in readers.iter().enumerate() {
            assert_eq!(finds(reader), number < seeing, "{audience} {number}");
        }
        let one: Vec<_> = readers[seeing..].iter().map(|who| answers(who)).collect();
        hide(audience, "+221 33 800 09 09");
        let other: Vec<_> = readers[seeing..].iter().map(|who| answers(who)).collect();
        assert_eq!(one, other, "{audience}");
    }
    hide("secretariat", "+221 33 800 05 05");
    let found = distant.get("/contacts?q=%2B221338000505").expect(200);
    assert_eq!(names(&found, "name"), ["Aya Koné"], "as if nobody had the other");
}

#[story]
fn b11_numbers_of_an_older_portal_are_found_once_it_has_started(t: TestApp) {
    use diesel::prelude::*;
    use portal::db::schema::contact;
    let awa = t.ncp("SN");
    awa.patch("/me", &json!({"phone": "+221 33 800 05 05"})).expect(200);
    t.seed(30);
    t.run(t.portal.db.write(|conn| {
        diesel::update(contact::table).set(contact::phone_key.eq(None::<String>)).execute(conn)?;
        Ok(())
    }))
    .unwrap();
    let find = || names(&awa.get("/contacts?q=338000505").expect(200), "name");
    assert_eq!(find(), Vec::<String>::new());
    while t.run(t.portal.db.write(portal::directory::index_missing)).unwrap() {}
    assert_eq!(find(), ["Awa Diop"]);
}
