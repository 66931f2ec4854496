//! Forms that came too late (number 3): what they say of their loading is compared with what is stored, so it is
//! bounded as a form is.

use serde_json::json;

use crate::support::browser::Browser;
use crate::support::{Expect as _, TestApp, story};

#[story]
fn a03_a_late_form_is_compared_with_no_more_fields_than_a_form_may_have(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    let form = browser.open("/account/profile");
    let (loaded, languages) = (form.value("loaded"), form.value("languages"));
    awa.patch("/me", &json!({"languages": ["en", "fr"]})).expect(200);
    let mut late = |more: usize| {
        let loaded = format!("{loaded}{}", "&more=1".repeat(more));
        browser.submit(&form, "Save the profile", &[("loaded", &loaded)])
    };
    let merged = late(10);
    assert_eq!((merged.status, merged.value("languages").as_str()), (412, "English, French"), "what was not touched");
    assert_ne!(languages, "English, French");
    // Each of so many would be looked for among all others. The form keeps what was sent, as one that carries nothing.
    let kept = late(1_000);
    assert_eq!((kept.status, kept.value("languages")), (412, languages));
    assert_eq!(awa.get("/me").expect(200)["contact"]["languages"], json!(["en", "fr"]));
}
