DROP TABLE signing_key;
DROP TABLE refresh_token;
DROP TABLE session;
DROP TABLE "user";
