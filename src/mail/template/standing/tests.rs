//! Places in texts, in URLs, and beside what a program may take for one.

use super::super::places;
use super::*;

const HOME: &str = "https://portal.example";

fn plain(text: &str) -> Vec<Standing> {
    in_plain(text, &places(text).collect::<Vec<_>>(), HOME)
}

fn html(text: &str) -> Vec<Standing> {
    in_html(text, &places(text).collect::<Vec<_>>(), HOME)
}

#[test]
fn what_is_glued_to_a_url_stands_in_it_and_words_and_signs_are_none() {
    use Standing::{Elsewhere, OwnUrl, Text};
    for (text, found) in [
        ("{{name}}", Text),
        ("Dear {{ name }}, hello.", Text),
        ("« {{name}}\u{a0}»", Text),
        ("l’{{name}}", Text),
        ("M.{{name}}", Text),
        ("Leave:{{unsubscribe}}.", Text),
        ("({{unsubscribe}})", Text),
        ("Who/{{name}}?", Text),
        ("https://x.example/ {{name}}", Text),
        ("{{name}}\nhttps://x.example/", Text),
        ("https://x.example/{{name}}", Elsewhere),
        ("(https://x.example/?n=({{name}})", Elsewhere),
        ("HTTPS://localhost?{{name}}", Elsewhere),
        ("https:\\\\x/{{name}}", Elsewhere),
        ("www.x.example/{{name}}", Elsewhere),
        ("x.example?{{name}}", Elsewhere),
        ("x。example/{{name}}", Elsewhere),
        ("ht\u{200b}tps:\u{2060}//x/\u{ad}{{name}}", Elsewhere),
        ("mailto:?body={{name}}", Elsewhere),
        ("sms:+1?body={{name}}", Elsewhere),
        ("{{name}}@x.example", Elsewhere),
        ("{{name}}.x.example/y", Elsewhere),
        ("{{name}}.com", Elsewhere),
        ("{{name}}://x", Elsewhere),
        ("https://portal.example/a?mail={{mail}}", OwnUrl),
        ("https://portal.example.x.example/?{{mail}}", Elsewhere),
        ("https://portal.example@x.example/?{{mail}}", Elsewhere),
        ("x=https://portal.example/?{{mail}}", Elsewhere),
        ("https://portal.example{{mail}}", Elsewhere),
    ] {
        assert_eq!(plain(text), [found], "{text}");
        assert_eq!(html(text), [found], "{text}");
    }
    assert_eq!(plain("{{name}} x {{name}}https://x {{name}}"), [Text, Elsewhere, Text]);
    assert_eq!(plain("{{unsubscribe}}/{{name}}.x.example"), [Elsewhere, Elsewhere]);
    assert_eq!(plain("{{unsubscribe}}?{{name}} {{name}}{{administration}}"), [Elsewhere, Elsewhere, Text, Text]);
}

#[test]
fn a10_a_host_is_one_in_whatever_signs_it_is_written() {
    for host in [
        "evil.example",
        "evil\u{2024}example",
        "evil\u{fe52}example",
        "evil\u{ff0e}example",
        "evil\u{3002}example",
        "evil\u{ff61}example",
        "evil\u{fe12}example",
        "ｅｖｉｌ.ｅｘａｍｐｌｅ",
        "evil\u{34f}.\u{fe0f}example",
        "evil.\u{e0100}example",
        "evil.\u{180b}example",
        "evil.\u{200b}example",
        "evi\u{301}l.example",
        "evil\u{301}.example",
        "evil-.example",
        "evil_.example",
        "\u{1f600}.example",
        "\u{2603}\u{fe0f}.example",
        "राज्.example",
        "awa\u{ff20}localhost",
        "awa\u{fe6b}localhost",
        "mailto\u{fe55}",
        "https:\u{ff0f}\u{ff0f}localhost",
    ] {
        for text in [format!("{host}/{{{{name}}}}"), format!("{host}?{{{{unsubscribe}}}}")] {
            assert_eq!((plain(&text), html(&text)), (vec![Standing::Elsewhere], vec![Standing::Elsewhere]), "{text}");
        }
    }
    for text in [
        "wait\u{2026}now{{name}}",
        "您好\u{ff1a}亲爱的{{name}}",
        "{{name}}\u{ff1a}您好",
        "\u{1f600}{{name}}\u{1f600}",
        "{{name}}\u{3002}",
        "№{{name}}",
        "well-{{name}}",
        "10\u{20ac}/{{name}}",
    ] {
        assert_eq!((plain(text), html(text)), (vec![Standing::Text], vec![Standing::Text]), "{text}");
    }
    // A link of ours begins as ours do, sign by sign.
    assert_eq!(plain("https://portal\u{2024}example/a?mail={{mail}}"), [Standing::Elsewhere]);
}

#[test]
fn html_has_places_in_its_text_and_as_whole_links() {
    use Standing::{Elsewhere, OwnUrl, Text, WholeLink};
    for (text, found) in [
        ("<p>{{name}}</p>", Text),
        ("<a href=\"https://x.example\">{{name}}</a>", Text),
        ("https://x.example<br>{{name}}", Text),
        ("<p>https://x.example</p><p>{{name}}", Text),
        ("https://x.example&nbsp;{{name}}", Text),
        ("a < b {{name}}", Text),
        ("href=\"{{name}}", Text),
        ("https://x.example/?<b>{{name}}</b>", Elsewhere),
        ("{{name}}<i>.x.example</i>", Elsewhere),
        ("<a href=\"{{unsubscribe}}\">", WholeLink),
        ("<a rel=x HREF='{{ unsubscribe }}'>", WholeLink),
        ("<a href={{unsubscribe}}>", WholeLink),
        ("<A title=\">\" href=\"{{unsubscribe}}\">", WholeLink),
        ("<a href=\"{{name}}\">", Elsewhere),
        ("<a href=\"{{mail}}\">", Elsewhere),
        ("<a href=\" {{unsubscribe}}\">", Elsewhere),
        ("<a href=\"https://x.example/{{unsubscribe}}\">", Elsewhere),
        ("<a href=\"mailto:a@x.example?body={{unsubscribe}}\">", Elsewhere),
        ("<a title=\"{{unsubscribe}}\">", Elsewhere),
        ("<img href=\"{{unsubscribe}}\">", Elsewhere),
        ("<q cite={{unsubscribe}}>", Elsewhere),
        ("<a {{unsubscribe}}>", Elsewhere),
        ("<a href='x{{name}}", Elsewhere),
        ("</a {{name}}>", Elsewhere),
        ("<!-- {{name}} -->", Elsewhere),
        ("<!--> {{name}}", Text),
        ("<!doctype {{name}}>", Elsewhere),
        ("<a href=\"https://portal.example/a?mail={{mail}}\">", OwnUrl),
        ("<a href=\"https://portal.example.x.example/{{mail}}\">", Elsewhere),
    ] {
        assert_eq!(html(text), [found], "{text}");
    }
    let text = "<p>{{name}} <a href=\"{{unsubscribe}}\" title=\"{{name}}\">{{unsubscribe}}</a>";
    assert_eq!(html(text), [Text, WholeLink, Elsewhere, Text]);
    assert_eq!(html("https://x<a href=\"{{unsubscribe}}\">{{unsubscribe}}</a>"), [WholeLink, Elsewhere]);
}
