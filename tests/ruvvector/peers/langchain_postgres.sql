-- Made by langchain-postgres 0.0.19: PGEngine.init_vectorstore_table, PGVectorStore.add_texts; lc_columns with
-- metadata columns and hybrid search.
-- Written by pg_dump 18 with --inserts; names of schemas were taken out.
CREATE TABLE lc_columns (
    key uuid NOT NULL,
    body text NOT NULL,
    vec vector(4) NOT NULL,
    body_tsv tsvector NOT NULL,
    year integer,
    added timestamp with time zone,
    more json
);
CREATE TABLE lc_plain (
    langchain_id text NOT NULL,
    content text NOT NULL,
    embedding vector(4) NOT NULL,
    langchain_metadata json
);
INSERT INTO lc_columns VALUES ('00000000-0000-0000-0000-000000000001', 'Leek soup', '[0.5,0.25,0,1]', '''leek'':1 ''soup'':2', 2019, '2024-01-02 03:04:00+00', '{"lang": "en"}');
INSERT INTO lc_columns VALUES ('00000000-0000-0000-0000-000000000002', 'Plum cake', '[0,1,0.5,0.25]', '''cake'':2 ''plum'':1', 2023, NULL, '{}');
INSERT INTO lc_columns VALUES ('00000000-0000-0000-0000-000000000003', 'Quote '' and \ and 日本', '[1,0,0,0.5]', '''quot'':1 ''日本'':4', NULL, NULL, '{}');
INSERT INTO lc_plain VALUES ('soup', 'Leek soup', '[0.5,0.25,0,1]', '{"year": 2019, "tags": ["a", "b"], "deep": {"x": null}}');
INSERT INTO lc_plain VALUES ('cake', 'Plum cake', '[0,1,0.5,0.25]', '{"year": 2023}');
INSERT INTO lc_plain VALUES ('quote', 'Quote '' and \ and 日本', '[1,0,0,0.5]', '{}');
ALTER TABLE ONLY lc_columns
    ADD CONSTRAINT lc_columns_pkey PRIMARY KEY (key);
ALTER TABLE ONLY lc_plain
    ADD CONSTRAINT lc_plain_pkey PRIMARY KEY (langchain_id);
