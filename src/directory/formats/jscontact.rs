//! `JSContact` cards (RFC 9553): what JMAP and newer address books speak.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::card::Card;
use crate::time::Timestamp;

/// A card. Properties with several values are objects with keys of the portal's choice, as the RFC demands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JsCard<'a> {
    #[serde(rename = "@type")]
    type_name: &'static str,
    version: &'static str,
    uid: String,
    kind: &'static str,
    prod_id: &'static str,
    updated: Timestamp,
    name: Value,
    organizations: Value,
    titles: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    emails: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phones: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addresses: Option<Value>,
    preferred_languages: Map<String, Value>,
    keywords: Map<String, Value>,
    language: &'a str,
}

/// The card of a contact.
pub(super) fn jscontact<'a>(card: &'a Card<'_>) -> JsCard<'a> {
    let contact = card.contact;
    let mut titles = Map::new();
    titles.insert("role".to_owned(), json!({"kind": "role", "name": card.role}));
    if let Some(title) = &contact.job_title {
        titles.insert("title".to_owned(), json!({"kind": "title", "name": title}));
    }
    let languages = (1..).zip(&card.languages);
    let address = || {
        let country = json!([{"kind": "country", "value": card.member}]);
        json!({"work": {"components": country, "countryCode": contact.member.code, "contexts": {"work": true}}})
    };
    JsCard {
        type_name: "Card",
        version: "1.0",
        uid: card.uid(),
        kind: "individual",
        prod_id: "-//Portal//Directory//EN",
        updated: contact.updated_at,
        name: json!({"full": contact.name}),
        organizations: json!({"member": {"name": card.member}}),
        titles,
        emails: contact.email.as_ref().map(|email| json!({"work": {"address": email, "contexts": {"work": true}}})),
        phones: contact
            .phone
            .as_ref()
            .map(|phone| json!({"work": {"number": phone, "contexts": {"work": true}, "features": {"voice": true}}})),
        addresses: contact.member.region.map(|_| address()),
        preferred_languages: languages
            .map(|(preference, code)| (code.clone(), json!({"language": code, "pref": preference})))
            .collect(),
        keywords: card.technology_names.iter().map(|name| (name.clone(), json!(true))).collect(),
        language: card.language,
    }
}

#[cfg(test)]
mod tests {
    use calcard::jscontact::JSContact;

    use super::super::card::tests::{contact, words};
    use super::*;

    #[test]
    fn another_library_takes_it_for_a_card() {
        let (words, contact) = (words(), contact("Aya Koné", "Head", "+225 27"));
        let card = serde_json::to_string(&jscontact(&Card::new(&contact, &words).unwrap())).unwrap();
        let read = JSContact::<String, String>::parse(&card).unwrap();
        let vcard = read.into_vcard().unwrap().to_string();
        for line in ["FN:Aya Koné", "title:Head", "member:Côte d’Ivoire", "aya@douanes.example", "UID:urn:uuid:0000"]
        {
            assert!(vcard.contains(line), "{line} in {vcard}");
        }
    }
}
