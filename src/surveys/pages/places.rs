//! Where a fault of a questionnaire is: what is on the way to it, each by its title or label, and the member that it is
//! about, instead of a JSON pointer; and the section and the line of its outline.

use serde_json::Value;

use crate::web::Page;

/// Members that lead to others, and say nothing themselves.
const STRUCTURE: [&str; 9] = ["sections", "items", "question", "note", "group", "answer", "options", "rows", "cell"];

/// Where a fault is, in words.
pub(super) fn told(page: &Page, questionnaire: &Value, pointer: &str) -> String {
    let parts = crumbs(questionnaire, pointer, page.lang()).into_iter().map(|part| match part {
        Crumb::Thing(name) => name,
        Crumb::Member(name) => page.words("questionnaire-member", name),
    });
    parts.collect::<Vec<_>>().join(" › ")
}

/// The section of a place, counted from 1, and the anchor of its line in the outline of the section.
pub(super) fn line(pointer: &str) -> Option<(usize, Option<String>)> {
    let mut parts = pointer.strip_prefix("/sections/")?.split('/');
    let section = parts.next()?.parse::<usize>().ok()?;
    let mut numbers = Vec::new();
    while let Some(part) = parts.next() {
        match part {
            "items" => numbers.push(parts.next()?.parse::<usize>().ok()?),
            "question" | "note" | "group" => {}
            _ => break,
        }
    }
    Some((section + 1, (!numbers.is_empty()).then(|| anchor(&numbers))))
}

/// The anchor of an item: its number in the section, and in its group.
pub(super) fn anchor(numbers: &[usize]) -> String {
    numbers.iter().fold("item".to_owned(), |anchor, number| format!("{anchor}-{}", number + 1))
}

/// A step on the way to a place.
#[derive(Debug, PartialEq, Eq)]
enum Crumb {
    /// The title or the label of a thing; else its code, or its number where it has none.
    Thing(String),
    /// A member of a thing.
    Member(String),
}

fn crumbs(questionnaire: &Value, pointer: &str, language: &str) -> Vec<Crumb> {
    let mut at = Some(questionnaire);
    let mut crumbs = Vec::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        let number = part.parse::<usize>().ok();
        at = at.and_then(|value| match (value, number) {
            (Value::Array(list), Some(number)) => list.get(number),
            _ => value.get(&part),
        });
        match number {
            Some(number) => {
                let name = at.and_then(|thing| name_of(thing, language).or_else(|| code_of(thing)));
                let name = name.filter(|name| !name.is_empty());
                crumbs.push(Crumb::Thing(name.map_or_else(|| (number + 1).to_string(), str::to_owned)));
            }
            None if STRUCTURE.contains(&part.as_str()) => {}
            None => crumbs.push(Crumb::Member(part)),
        }
    }
    crumbs
}

/// What a thing, or what an item holds, is called in a language, else in the first one that it has.
fn name_of<'a>(value: &'a Value, language: &str) -> Option<&'a str> {
    let held = ["question", "group"].iter().find_map(|kind| value.get(kind)).unwrap_or(value);
    let texts = held.get("title").or_else(|| held.get("label"))?.as_object()?;
    texts.get(language).or_else(|| texts.values().next())?.as_str().filter(|text| !text.trim().is_empty())
}

/// The code of a thing, or of what an item holds.
fn code_of(value: &Value) -> Option<&str> {
    let own = value.get("code").and_then(Value::as_str);
    own.or_else(|| ["question", "note", "group"].iter().find_map(|kind| value.get(kind)?.get("code")?.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_place_is_told_by_titles_and_labels_else_by_codes_and_by_numbers_where_there_are_none() {
        let options = json!([{"code": "yes", "label": {"en": "Yes", "fr": "Oui"}}, {"code": ""}]);
        let question = json!({"question": {"code": "staff", "answer": {"type": "single", "options": options}}});
        let title = json!({"fr": "Bases"});
        let questionnaire =
            json!({"sections": [{"code": "basics", "title": title, "items": [{"note": {}}, question]}]});
        let told = |pointer: &str| {
            let parts = crumbs(&questionnaire, pointer, "en").into_iter();
            parts
                .map(|part| match part {
                    Crumb::Thing(part) | Crumb::Member(part) => part,
                })
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(told("/sections/0/items/1/question/show_if"), "Bases staff show_if");
        assert_eq!(told("/sections/0/items/1/question/answer/options/0/label/fr"), "Bases staff Yes label fr");
        assert_eq!(told("/sections/0/items/1/question/answer/options/1"), "Bases staff 2");
        assert_eq!(told("/sections/0/items/0/note/text"), "Bases 1 text");
        assert_eq!((told("/languages").as_str(), told("").as_str()), ("languages", ""));
        assert_eq!(told("/sections/7/title"), "8 title", "of what is not there");
    }

    #[test]
    fn a_fault_belongs_to_a_line_of_the_outline() {
        assert_eq!(line("/title/fr"), None);
        assert_eq!(line("/sections/2/title/fr"), Some((3, None)));
        assert_eq!(line("/sections/0/items/4/question/label"), Some((1, Some("item-5".to_owned()))));
        let inner = "/sections/0/items/4/group/items/0/question/answer/rows/1/label";
        assert_eq!(line(inner), Some((1, Some("item-5-1".to_owned()))));
        assert_eq!(line("/sections/0/items/4/group/title"), Some((1, Some("item-5".to_owned()))));
    }
}
