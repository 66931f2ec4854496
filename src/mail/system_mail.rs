//! A mail of the portal itself: a struct whose fields are the values of its text.
//!
//! A feature declares its mails with `mails!` in a file of its own (`mails.rs`): the kind, whom it is for, where its button leads, and
//! the values with their types. The text stands in `locales/` under `mail-<kind>`. So the compiler finds a value that a sender forgets,
//! and `tests` write every mail with samples of its values in every language: they find a value that a text wants and the mail lacks,
//! one that no text uses, and a text without a mail.

use super::arguments::Quote;
use super::audience::Audience;
use crate::i18n::Args;

/// A mail of the portal itself, before it is put into words.
pub trait SystemMail {
    /// The part after `mail-` of the key of its text. The outbox keeps it.
    fn kind(&self) -> &'static str;

    /// Whom it is for.
    fn audience(&self) -> Audience;

    /// The values of its text.
    fn args(&self) -> Args;

    /// What a person wrote for its reader.
    fn quote(&self) -> Option<&Quote>;

    /// The path below the public URL that its button leads to, where it has one.
    fn link(&self) -> Option<String>;

    /// The mail with every combination of samples of its values.
    #[cfg(test)]
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

/// Declares mails: `struct Name("kind", audience, "/page?token=" + token) { value: Type }`.
///
/// The audience is a variant of [`Audience`], or `(of field)` where a value decides. The page is the one on which the
/// reader does what the mail asks for; it is left out where a mail has no button. With `+ token` the mail has one more
/// field, which ends the link, or stands in it: `"/things/" + id + "/decide"`.
#[macro_export]
macro_rules! mails {
    (@values Unverified) => { $crate::mail::Facts::default() };
    (@values Invited) => { $crate::mail::Facts::default() };
    (@values $audience:tt) => { $crate::mail::Values::default() };
    (@audience $mail:ident (of $field:ident)) => { $mail.$field.audience() };
    (@audience $mail:ident $audience:ident) => { $crate::mail::Audience::$audience };
    (@link $mail:ident) => { None };
    (@link $mail:ident $page:literal) => { Some($page.to_owned()) };
    (@link $mail:ident $page:literal $token:ident) => { Some([$page, $mail.$token.as_str()].concat()) };
    (@link $mail:ident $page:literal $token:ident $rest:literal) => {
        Some([$page, $mail.$token.as_str(), $rest].concat())
    };
    ($(
        $(#[$meta:meta])*
        struct $name:ident($kind:literal, $audience:tt $(, $page:literal $(+ $token:ident $(+ $rest:literal)?)?)?) {
            $($field:ident: $type:ty),* $(,)?
        }
    )+) => {
        $(
            $(#[$meta])*
            pub struct $name {
                $(#[doc = concat!("What the text knows as `", stringify!($field), "`.")] pub $field: $type,)*
                $($(#[doc = "The end of the link, or what it names."] pub $token: String,)?)?
            }

            impl $crate::mail::SystemMail for $name {
                fn kind(&self) -> &'static str {
                    $kind
                }

                fn audience(&self) -> $crate::mail::Audience {
                    $crate::mails!(@audience self $audience)
                }

                fn args(&self) -> $crate::i18n::Args {
                    $crate::mails!(@values $audience)$(.with(stringify!($field), &self.$field))*.into_args()
                }

                fn quote(&self) -> Option<&$crate::mail::Quote> {
                    let quotes: &[Option<&$crate::mail::Quote>] =
                        &[$($crate::mail::Argument::quote(&self.$field)),*];
                    quotes.iter().copied().flatten().next()
                }

                fn link(&self) -> Option<String> {
                    $crate::mails!(@link self $($page $($token $($rest)?)?)?)
                }

                #[cfg(test)]
                fn samples() -> Vec<Self> {
                    let sizes: &[usize] =
                        &[$(<$type as $crate::mail::Argument>::samples(stringify!($field)).len()),*];
                    let mail = |values: $crate::mail::Combination| {
                        let _ = &values;
                        Self {
                            $($field: values.next(stringify!($field)),)*
                            $($($token: "token".to_owned(),)?)?
                        }
                    };
                    $crate::mail::Combination::all(sizes).map(mail).collect()
                }
            }
        )+

        /// Every mail of this file, with samples of its values.
        #[cfg(test)]
        pub(crate) fn samples() -> Vec<Box<dyn $crate::mail::SystemMail>> {
            let mut all: Vec<Box<dyn $crate::mail::SystemMail>> = Vec::new();
            $(
                for mail in <$name as $crate::mail::SystemMail>::samples() {
                    all.push(Box::new(mail));
                }
            )+
            all
        }
    };
}

#[cfg(test)]
mod tests;
