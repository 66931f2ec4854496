DROP TABLE announcement_writer;
