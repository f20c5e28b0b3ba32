use tallymark::counted;

const DEPLOY: &str = "/deploy";

#[counted(interface = DEPLOY)]
fn constant() {}

#[counted(interface = 5)]
fn number() {}

#[counted(interface =)]
fn nothing() {}

#[counted(interface)]
fn no_equals() {}

#[counted(interface("/deploy"))]
fn parentheses() {}

#[counted("/deploy")]
fn no_key() {}

#[counted(interface = "/deploy" "/rollback")]
fn two() {}

fn main() {
    let _ = DEPLOY;
    (constant(), number(), nothing(), no_equals(), parentheses(), no_key(), two());
}
