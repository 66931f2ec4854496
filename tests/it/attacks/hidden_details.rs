//! Title and telephone of people on the pages of their appointments (number 13): a decision that waits shows no more of
//! a person than the directory does.

use serde_json::json;

use super::grants::{coordinator, invite};
use crate::support::browser::Browser;
use crate::support::{Expect as _, TestApp, story};

const PHONE: &str = "+221 33 800 00 00";

#[story]
fn a13_a_decision_shows_no_field_that_its_person_hides(t: TestApp) {
    let (home, awa) = (coordinator(&t, "KE", "Wanjiru Kamau"), t.ncp("SN"));
    awa.patch("/me", &json!({"phone_audience": "secretariat"})).expect(200);
    // The new contact has the audiences of the old one.
    let applied = awa.post("/appointments", &json!({"organisation": "KE", "role": "ncp"})).expect(201);
    let address = format!("/appointments/{}", applied["id"].as_str().unwrap());
    let mut browser = Browser::of(&t, &home);
    for deed in ["", "/approve", "/reject", "/request-info"] {
        let page = browser.open(&format!("{address}{deed}"));
        assert_eq!((page.status, page.path.clone()), (200, format!("{address}{deed}")));
        assert!(page.has("Awa Diop") && !page.has(PHONE), "{deed}: {}", page.text());
    }
    for reader in [&t.admin(), &awa] {
        let page = Browser::of(&t, reader).open(&address);
        assert!(page.has(PHONE), "{}", page.text());
    }
    // What she shows to members, the coordinator who decides reads.
    awa.patch("/me", &json!({"phone_audience": "members"})).expect(200);
    let page = browser.open(&address);
    assert!(page.has(PHONE), "{}", page.text());
}

#[story]
fn a13_what_the_secretariat_typed_of_somebody_is_not_shown_to_coordinators(t: TestApp) {
    let [moussa, mariama] = ["Moussa Fall", "Mariama Ba"].map(|name| coordinator(&t, "SN", name));
    let theirs = json!({"phone": "+221 33 877 77 77", "job_title": "Director of Borders"});
    invite(&t.admin(), "fatou@douanes.example", &theirs);
    let own = json!({"name": "Binta Ndiaye", "phone": "+221 33 866 66 66", "job_title": "Head of Training"});
    invite(&moussa, "binta@douanes.example", &own);
    let rows = moussa.all("/appointments?status=invited");
    let address = |email: &str| {
        let row = rows.iter().find(|row| row["person"]["email"] == email).expect("an invitation");
        format!("/appointments/{}", row["id"].as_str().unwrap())
    };
    let [fatou, binta] = ["fatou@douanes.example", "binta@douanes.example"].map(address);
    for reader in [&moussa, &mariama] {
        let mut browser = Browser::of(&t, reader);
        for deed in ["", "/withdraw"] {
            let page = browser.open(&format!("{fatou}{deed}"));
            assert!(!page.has("+221 33 877") && !page.has("Director of Borders"), "{deed}: {}", page.text());
        }
        let page = browser.open(&binta);
        assert!(page.has("+221 33 866 66 66") && page.has("Head of Training"), "{}", page.text());
    }
    let mut browser = Browser::of(&t, &t.admin());
    let page = browser.open(&fatou);
    assert!(page.has("+221 33 877 77 77") && page.has("Director of Borders"), "{}", page.text());
}
