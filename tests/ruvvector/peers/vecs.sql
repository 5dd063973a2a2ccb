-- Made by vecs 0.4.5: get_or_create_collection(…).upsert, in the schema vecs.
-- Written by pg_dump 18 with --inserts; names of schemas were taken out.
CREATE TABLE recipes (
    id character varying NOT NULL,
    vec vector(4) NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL
);
INSERT INTO recipes VALUES ('soup', '[0.5,0.25,0,1]', '{"deep": {"x": null}, "tags": ["a", "b"], "year": 2019}');
INSERT INTO recipes VALUES ('cake', '[0,1,0.5,0.25]', '{"year": 2023}');
INSERT INTO recipes VALUES ('quote', '[1,0,0,0.5]', '{}');
ALTER TABLE ONLY recipes
    ADD CONSTRAINT recipes_pkey PRIMARY KEY (id);
