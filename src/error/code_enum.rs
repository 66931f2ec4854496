//! How an enum of codes is declared: each variant beside the code that clients read, once.
//!
//! The codes are part of the API, and the API gets more of them: they are described as texts with known values
//! (`x-extensible-enum`), not as a closed enum, so that a client which was generated from an older description still
//! reads a newer answer. Unlike the enums of `db/text_enum` they are no type of a column.

/// Declares an enum of codes, sorted. The comment of the enum is its description in OpenAPI.
///
/// Written out where serde and utoipa have derives, since these would want each code a second time.
macro_rules! code_enum {
    ($(#[doc = $doc:literal])+ pub enum $name:ident { $($variant:ident = $code:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum $name { $(#[doc = concat!("`", $code, "`")] $variant),+ }

        impl $name {
            /// Every code, sorted.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as clients read it. The keys of its texts end with it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                let known = Self::ALL.iter().copied().find(|code| code.as_str() == text);
                known.ok_or_else(|| serde::de::Error::unknown_variant(&text, &[$($code),+]))
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let known = vec![$($code),+];
                let known = utoipa::openapi::extensions::ExtensionsBuilder::new().add("x-extensible-enum", known);
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some(concat!($($doc),+).trim()))
                    .extensions(Some(known.build()))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    };
}

pub(super) use code_enum;

#[cfg(test)]
mod tests {
    use super::super::{FieldCode, ProblemCode};

    #[test]
    fn codes_are_sorted_and_read_as_they_are_written() {
        assert!(ProblemCode::ALL.is_sorted_by_key(|code| code.as_str()));
        assert!(FieldCode::ALL.is_sorted_by_key(|code| code.as_str()));
        for code in ProblemCode::ALL {
            let written = serde_json::to_value(code).unwrap();
            assert_eq!(written, code.as_str());
            assert_eq!(serde_json::from_value::<ProblemCode>(written).unwrap(), *code);
        }
        let unknown = serde_json::from_value::<FieldCode>("unheard_of".into()).unwrap_err();
        assert!(unknown.to_string().starts_with("unknown variant `unheard_of`"), "{unknown}");
    }
}
