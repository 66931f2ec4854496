//! A release as tables, files and charts.
//!
//! A release has codes; a [`Reading`] knows what they are called in the reader's language: questions and options by the
//! questionnaire, everything else by the words of whoever shows it ([`Words`]). What is written follows from the
//! release alone, so that no count that it hides can be in it. All hidden counts look the same.
//!
//! - [`chart`] SVG; `shapes` its elements, [`palette`] its colours
//! - `records` rows for CSV and workbooks
//! - `sdmx` SDMX-CSV 2.0
//! - `microdata` the answers themselves, for those who may see them
//!
//! Left out: the bytes of CSV and XLSX files, which need a guard against formulas that all files share.

pub mod chart;
mod microdata;
pub mod palette;
mod reading;
mod records;
mod sdmx;
mod shapes;

pub use microdata::{Microdata, Respondent};
pub use reading::{Message, Percent, Reading, Words};
pub use records::{HEADS, Value, records};
pub use sdmx::{Flow, sdmx};
