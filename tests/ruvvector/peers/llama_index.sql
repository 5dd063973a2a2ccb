-- Made by llama-index-vector-stores-postgres 0.9.0: PGVectorStore.add; data_hybrid with hybrid_search, use_jsonb and
-- use_halfvec; in data_recipes the node "soup" was added twice.
-- Written by pg_dump 18 with --inserts; names of schemas were taken out.
CREATE TABLE data_hybrid (
    id bigint NOT NULL,
    text character varying NOT NULL,
    metadata_ jsonb,
    node_id character varying,
    embedding halfvec(4),
    text_search_tsv tsvector GENERATED ALWAYS AS (to_tsvector('english'::regconfig, (text)::text)) STORED
);
CREATE SEQUENCE data_hybrid_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE data_hybrid_id_seq OWNED BY data_hybrid.id;
CREATE TABLE data_recipes (
    id bigint NOT NULL,
    text character varying NOT NULL,
    metadata_ json,
    node_id character varying,
    embedding vector(4)
);
CREATE SEQUENCE data_recipes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE data_recipes_id_seq OWNED BY data_recipes.id;
ALTER TABLE ONLY data_hybrid ALTER COLUMN id SET DEFAULT nextval('data_hybrid_id_seq'::regclass);
ALTER TABLE ONLY data_recipes ALTER COLUMN id SET DEFAULT nextval('data_recipes_id_seq'::regclass);
INSERT INTO data_hybrid VALUES (1, 'Leek soup', '{"year": 2019, "doc_id": "book", "_node_type": "TextNode", "ref_doc_id": "book", "document_id": "book", "_node_content": "{\"id_\": \"soup\", \"embedding\": null, \"metadata\": {\"year\": 2019}, \"excluded_embed_metadata_keys\": [], \"excluded_llm_metadata_keys\": [], \"relationships\": {\"1\": {\"node_id\": \"book\", \"node_type\": null, \"metadata\": {}, \"hash\": null, \"class_name\": \"RelatedNodeInfo\"}}, \"metadata_template\": \"{key}: {value}\", \"metadata_separator\": \"\\n\", \"text\": \"\", \"mimetype\": \"text/plain\", \"start_char_idx\": null, \"end_char_idx\": null, \"text_template\": \"{metadata_str}\\n\\n{content}\", \"class_name\": \"TextNode\"}"}', 'soup', '[0.5,0.25,0,1]', DEFAULT);
INSERT INTO data_hybrid VALUES (2, 'Plum cake', '{"year": 2023, "doc_id": "book", "_node_type": "TextNode", "ref_doc_id": "book", "document_id": "book", "_node_content": "{\"id_\": \"cake\", \"embedding\": null, \"metadata\": {\"year\": 2023}, \"excluded_embed_metadata_keys\": [], \"excluded_llm_metadata_keys\": [], \"relationships\": {\"1\": {\"node_id\": \"book\", \"node_type\": null, \"metadata\": {}, \"hash\": null, \"class_name\": \"RelatedNodeInfo\"}}, \"metadata_template\": \"{key}: {value}\", \"metadata_separator\": \"\\n\", \"text\": \"\", \"mimetype\": \"text/plain\", \"start_char_idx\": null, \"end_char_idx\": null, \"text_template\": \"{metadata_str}\\n\\n{content}\", \"class_name\": \"TextNode\"}"}', 'cake', '[0,1,0.5,0.25]', DEFAULT);
INSERT INTO data_hybrid VALUES (3, 'Quote '' and \ and 日本', '{"doc_id": "book", "_node_type": "TextNode", "ref_doc_id": "book", "document_id": "book", "_node_content": "{\"id_\": \"quote\", \"embedding\": null, \"metadata\": {}, \"excluded_embed_metadata_keys\": [], \"excluded_llm_metadata_keys\": [], \"relationships\": {\"1\": {\"node_id\": \"book\", \"node_type\": null, \"metadata\": {}, \"hash\": null, \"class_name\": \"RelatedNodeInfo\"}}, \"metadata_template\": \"{key}: {value}\", \"metadata_separator\": \"\\n\", \"text\": \"\", \"mimetype\": \"text/plain\", \"start_char_idx\": null, \"end_char_idx\": null, \"text_template\": \"{metadata_str}\\n\\n{content}\", \"class_name\": \"TextNode\"}"}', 'quote', '[1,0,0,0.5]', DEFAULT);
INSERT INTO data_recipes VALUES (1, 'Leek soup', '{"year": 2019, "_node_content": "{\"id_\": \"soup\", \"embedding\": null, \"metadata\": {\"year\": 2019}, \"excluded_embed_metadata_keys\": [], \"excluded_llm_metadata_keys\": [], \"relationships\": {\"1\": {\"node_id\": \"book\", \"node_type\": null, \"metadata\": {}, \"hash\": null, \"class_name\": \"RelatedNodeInfo\"}}, \"metadata_template\": \"{key}: {value}\", \"metadata_separator\": \"\\n\", \"text\": \"\", \"mimetype\": \"text/plain\", \"start_char_idx\": null, \"end_char_idx\": null, \"text_template\": \"{metadata_str}\\n\\n{content}\", \"class_name\": \"TextNode\"}", "_node_type": "TextNode", "document_id": "book", "doc_id": "book", "ref_doc_id": "book"}', 'soup', '[0.5,0.25,0,1]');
INSERT INTO data_recipes VALUES (2, 'Plum cake', '{"year": 2023, "_node_content": "{\"id_\": \"cake\", \"embedding\": null, \"metadata\": {\"year\": 2023}, \"excluded_embed_metadata_keys\": [], \"excluded_llm_metadata_keys\": [], \"relationships\": {\"1\": {\"node_id\": \"book\", \"node_type\": null, \"metadata\": {}, \"hash\": null, \"class_name\": \"RelatedNodeInfo\"}}, \"metadata_template\": \"{key}: {value}\", \"metadata_separator\": \"\\n\", \"text\": \"\", \"mimetype\": \"text/plain\", \"start_char_idx\": null, \"end_char_idx\": null, \"text_template\": \"{metadata_str}\\n\\n{content}\", \"class_name\": \"TextNode\"}", "_node_type": "TextNode", "document_id": "book", "doc_id": "book", "ref_doc_id": "book"}', 'cake', '[0,1,0.5,0.25]');
INSERT INTO data_recipes VALUES (3, 'Quote '' and \ and 日本', '{"_node_content": "{\"id_\": \"quote\", \"embedding\": null, \"metadata\": {}, \"excluded_embed_metadata_keys\": [], \"excluded_llm_metadata_keys\": [], \"relationships\": {\"1\": {\"node_id\": \"book\", \"node_type\": null, \"metadata\": {}, \"hash\": null, \"class_name\": \"RelatedNodeInfo\"}}, \"metadata_template\": \"{key}: {value}\", \"metadata_separator\": \"\\n\", \"text\": \"\", \"mimetype\": \"text/plain\", \"start_char_idx\": null, \"end_char_idx\": null, \"text_template\": \"{metadata_str}\\n\\n{content}\", \"class_name\": \"TextNode\"}", "_node_type": "TextNode", "document_id": "book", "doc_id": "book", "ref_doc_id": "book"}', 'quote', '[1,0,0,0.5]');
INSERT INTO data_recipes VALUES (4, 'Leek soup, again', '{"year": 2020, "_node_content": "{\"id_\": \"soup\", \"embedding\": null, \"metadata\": {\"year\": 2020}, \"excluded_embed_metadata_keys\": [], \"excluded_llm_metadata_keys\": [], \"relationships\": {}, \"metadata_template\": \"{key}: {value}\", \"metadata_separator\": \"\\n\", \"text\": \"\", \"mimetype\": \"text/plain\", \"start_char_idx\": null, \"end_char_idx\": null, \"text_template\": \"{metadata_str}\\n\\n{content}\", \"class_name\": \"TextNode\"}", "_node_type": "TextNode", "document_id": "None", "doc_id": "None", "ref_doc_id": "None"}', 'soup', '[0.5,0.25,0,1]');
ALTER TABLE ONLY data_hybrid
    ADD CONSTRAINT data_hybrid_pkey PRIMARY KEY (id);
ALTER TABLE ONLY data_recipes
    ADD CONSTRAINT data_recipes_pkey PRIMARY KEY (id);
CREATE INDEX hybrid_idx ON data_hybrid USING gin (text_search_tsv);
CREATE INDEX hybrid_idx_1 ON data_hybrid USING btree (((metadata_ ->> 'ref_doc_id'::text)));
CREATE INDEX recipes_idx_1 ON data_recipes USING btree (((metadata_ ->> 'ref_doc_id'::text)));
