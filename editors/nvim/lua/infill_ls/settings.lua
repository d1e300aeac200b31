---@meta

-- The server's settings, for LuaLS: `---@type infill_ls.Settings`. Nothing of it is loaded.
-- Made by `editors/make_settings/lua.py`, from `server/infill_ls/settings/schema.py`; `UPDATE=1 pytest tests/settings` writes it anew.

---@class infill_ls.Settings
---@field provider? infill_ls.Settings.provider Where completions come from.
---@field completion? infill_ls.Settings.completion When completions are offered and how long they may be.
---@field next_edit? infill_ls.Settings.next_edit What is offered after a change, here or further on.
---@field context? infill_ls.Settings.context How much text a model is shown.
---@field privacy? infill_ls.Settings.privacy What never leaves the machine.
---@field cache? infill_ls.Settings.cache How long earlier answers are remembered.
---@field local? infill_ls.Settings.local What the embedded engine reads of the workspace, and how it answers.
---@field usage? infill_ls.Settings.usage What may be spent.
---@field log? infill_ls.Settings.log What is written to the log.

---@class infill_ls.Settings.provider
---@field kind? 'auto'|'local'|'model-studio'|'openai'|'llama.cpp'|'ollama'|'vllm'|'sglang'|'lm-studio'|'litellm'|'deepseek'|'mistral'|'inception'|'siliconflow'|'fireworks'|'together'|'openrouter' Where completions come from: `auto` (the server of `provider.base_url` if that is set, Model Studio if a key is found, else `local`), `local` (the embedded engine: no key, no network), a service by name, or `openai` (any other server with an OpenAI-compatible API).
---@field base_url? string Address of the server, with or without `/v1`, slash or full path; by default the usual one of the kind.
---@field model? string Model name; by default one that suits the kind and the mode.
---@field mode? 'auto'|'fim'|'partial'|'chat' How the model is called: `fim` (fill-in-the-middle tokens in a completions prompt), `partial` (a chat whose last message the model continues), `chat` (a plain chat, the last resort), or `auto` by model, engine and region.
---@field family? 'auto'|'qwen-coder'|'qwen'|'starcoder2'|'starcoder'|'stable-code'|'granite4'|'codellama'|'deepseek'|'codestral'|'codegemma'|'seed-coder'|'mellum'|'glm'|'none' How the model spells a fill-in-the-middle prompt: `auto` (as its name says), or the name of a family, for fine-tunes whose name says nothing; `none` is a model without such tokens.
---@field context_tokens? integer How much the model reads at once, prompt and answer together; by default what the server says. In tokens.
---@field warm? string Ollama only: how long it keeps the model loaded after each request, for example `10m` or `1h`; `off` leaves that to Ollama.
---@field session? string Your own servers only: what is sent as `X-Session-ID`, by which a router in front of several engines finds the one that has your prompts cached: `auto` (a random number for each machine and workspace, which names nobody), `off`, or a text.
---@field cache_salt? string vLLM only: requests with different salts share no cache, so that nobody can tell by the time of an answer what others have sent.
---@field fim_form? 'documented'|'typed-last' In mode `fim`: `documented` (prefix, suffix, middle, as the models were trained), or `typed-last` (what you have typed of the cursor's line follows the middle token, so that a prefix cache serves nearly all of the prompt at the next key; untried with real weights).
---@field protocol? 'openai'|'dashscope' Model Studio only: `openai` (compatible mode) or `dashscope` (native).
---@field region? 'beijing'|'singapore'|'virginia'|'hongkong'|'frankfurt'|'tokyo' Model Studio only: the region that the key belongs to.
---@field workspace_id? string Model Studio only: the workspace whose own host is used.
---@field api_key_env? string Name of the environment variable that holds the key; by default the service's own, such as `DASHSCOPE_API_KEY` or `MISTRAL_API_KEY`, and `INFILL_LS_API_KEY` for your own servers.
---@field api_key_command? string[] Program and arguments whose standard output is the key, for example a password manager.
---@field headers? table<string, string> Further HTTP headers to send.
---@field proxy? string HTTP proxy; by default what `HTTPS_PROXY` and `NO_PROXY` say.
---@field ca_bundle? string File of CA certificates to trust; by default `SSL_CERT_FILE`, else the system's.
---@field temperature? number Sampling temperature; not sent when `provider.top_p` is set.
---@field top_p? number Nucleus sampling; sent instead of the temperature.
---@field seed? integer Seed for repeatable answers.
---@field presence_penalty? number Positive values repeat less.
---@field max_tokens? integer Longest answer to request. In tokens.
---@field stop? string[] Further strings that end an answer.
---@field thinking? 'off'|'on' Whether a hybrid model may think before it answers.
---@field thinking_budget? integer Most tokens that a thinking model may spend on thoughts. In tokens.
---@field timeout_s? infill_ls.Timeouts Timeouts: `connect`, `first_token` and `total`. In seconds.

---@class infill_ls.Settings.completion
---@field trigger? 'auto'|'manual' `auto`, or `manual` (only explicit requests).
---@field lines? 'single'|'multi'|'auto' One line, several, or as the place suggests.
---@field debounce_ms? 'adaptive'|integer Delay after the last keystroke before a model is called: `adaptive` or a number. In ms.
---@field fallback? 'auto'|'on'|'off' Serve `textDocument/completion` too: `auto` (editors known to lack inline completion), `on`, `off`.
---@field max_lines? integer Longest suggestion. In lines.
---@field candidates? integer Suggestions per explicit request.
---@field comments? boolean Suggestions in comments; explicit requests always get them.
---@field strings? boolean Suggestions in strings; explicit requests always get them.
---@field speculate? boolean Request in advance, while you read a suggestion, what would follow it.
---@field languages? table<string, boolean> On or off by language id or file glob, for example `{markdown = false}`.
---@field rules? table<infill_ls.Rule, boolean> Rules applied to a model's text, on or off by name (see below), for example `{dedent = false}`.

---@class infill_ls.Settings.next_edit
---@field source? 'repeats'|'off' Next edits: `repeats` (what you have changed twice is offered at the next place; nothing is sent) or `off`.
---@field reach_lines? integer How far from the last change a next edit may be. In lines.
---@field eagerness? 'low'|'medium'|'high' `low` takes three examples instead of two and half the reach; `high` reaches through the whole file.
---@field languages? table<string, boolean> Next edits on or off by language id or file glob, for example `{markdown = false}`.

---@class infill_ls.Settings.context
---@field budget_tokens? integer Longest prompt, other files included; a token counts as four characters. In tokens.
---@field prefix_tokens? integer Text before the cursor. In tokens.
---@field suffix_tokens? integer Text after the cursor; by default 512, but 128 in a `documented` fill-in-the-middle prompt, where it comes last, so that no prefix cache helps with it. In tokens.
---@field other_files? boolean Show the model what your other files define: the lines by which functions and classes are called, as far as the code at the cursor seems to need them.
---@field other_files_tokens? integer Most text of other files; what `context.budget_tokens` leaves beside the text around the cursor, at most. In tokens.
---@field max_files? integer Files of the project that are read for it, those near the open ones first. In files.
---@field max_total_mb? integer Text that is read for it in all; it takes three times as much memory. In MiB.
---@field max_seconds? integer Reading for it ends after this long. In seconds.

---@class infill_ls.Settings.privacy
---@field redact? boolean Blank what looks like a secret in the code that is sent: keys of services, private keys, passwords.
---@field exclude? string[] Globs of files that are never read as context and never sent, added to the built-in list.

---@class infill_ls.Settings.cache
---@field size? integer Answers kept. In entries.
---@field ttl_s? integer How long an answer is kept. In seconds.

---@class infill_ls.Settings.local
---@field max_files? integer Files indexed. In files.
---@field max_file_kb? integer Larger files are skipped. In KiB.
---@field max_total_mb? integer Text indexed in all. In MiB.
---@field max_seconds? integer Indexing ends after this long. In seconds.
---@field installed? boolean In a small project, learn also from what is installed for the language: its standard library and the project's dependencies.
---@field eagerness? 'calm'|'lively' How readily the embedded engine offers something: `calm`, or `lively` for a little more help and a tenth more suggestions that turn out wrong.

---@class infill_ls.Settings.usage
---@field daily_tokens? integer Daily cap; beyond it only cached and local answers. In tokens.
---@field prices? table<string, infill_ls.Price> What models cost per million tokens, for `infill-ls usage`, for example `{qwen3-coder-flash = {input = 0.3, output = 1.5, currency = "USD"}}`; `cached` may be given, too.

---@class infill_ls.Settings.log
---@field level? 'debug'|'info'|'warning'|'error' Minimum log level.

---@class infill_ls.Timeouts seconds
---@field connect? number
---@field first_token? number
---@field total? number

---@class infill_ls.Price per million tokens
---@field input number
---@field output number
---@field cached? number
---@field currency string

---@alias infill_ls.Rule
---| 'echo' # the cursor's line, or the text that a chat server was given to continue, repeated
---| 'stop' # control tokens and stop strings
---| 'think' # thoughts before the answer
---| 'repetition' # text that repeats again and again
---| 'whitespace' # endless blank lines and white space
---| 'fence' # a Markdown fence around the answer, and the prose before it
---| 'closer' # a closing bracket that nothing opened, or that the document already has
---| 'block' # what follows the block that the cursor is in
---| 'statement' # what follows the statement that the cursor is in
---| 'suffix' # text that already follows the cursor, repeated
---| 'hidden' # invisible characters and bidirectional control marks
---| 'token' # control tokens of other models
---| 'redacted' # the word that stood in the prompt for a secret, and what follows it
---| 'question' # headings and tags of the prompt
---| 'prose' # an apology or an introduction in place of code
---| 'backticks' # backticks around the whole answer
---| 'unfinished' # a last line that a limit cut off
---| 'lines' # more lines than requested
---| 'above' # the lines above the cursor, repeated
---| 'mark' # the comment mark, repeated
---| 'blank' # a line break before code that belongs on the cursor's line
---| 'chain' # a space between a dot and a name
---| 'indent' # indentation that is already there
---| 'unit' # tabs for spaces, or spaces for tabs
---| 'tag' # what follows the closing tag that the document already has
---| 'dedent' # indentation missing from later lines of Python
---| 'shift' # indentation missing from later lines, as brackets show
---| 'line_ends' # trailing white space
---| 'short' # a comment mark and nothing else
---| 'syntax' # last lines that break a document that parses without them
---| 'broken' # a suggestion you did not ask for that would leave brackets, a word or the syntax broken
