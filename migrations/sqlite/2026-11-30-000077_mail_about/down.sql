DROP INDEX mail_about;
