---@meta

-- The server's settings, for LuaLS: `---@type infill_ls.Settings`. Nothing of it is loaded.
-- Made from `server/infill_ls/settings/schema.py`; `UPDATE=1 pytest tests/settings` writes it anew.

---@class infill_ls.Settings
---@field provider? infill_ls.Settings.provider Where completions come from.
---@field completion? infill_ls.Settings.completion When completions are offered and how long they may be.
---@field context? infill_ls.Settings.context How much text a model is shown.
---@field privacy? infill_ls.Settings.privacy What never leaves the machine.
---@field cache? infill_ls.Settings.cache What is remembered of earlier answers.
---@field local? infill_ls.Settings.local What the embedded engine reads of the workspace.
---@field usage? infill_ls.Settings.usage What may be spent.
---@field log? infill_ls.Settings.log What is written to the log.

---@class infill_ls.Settings.provider
---@field kind? 'auto'|'local'|'model-studio'|'openai' Where completions come from: `auto` (Model Studio where a key is found, an own server where `provider.base_url` is set, else `local`), `local` (the embedded engine: no key, no network), `model-studio`, or `openai` (any OpenAI-compatible server).
---@field base_url? string Address of an OpenAI-compatible server; with or without `/v1`, slash or full path.
---@field model? string Model name; by default one that suits the kind and the mode.
---@field mode? 'auto'|'fim'|'partial'|'chat' How the model is asked: `fim` (fill-in-the-middle tokens in a completions prompt), `partial` (a chat whose last message the model continues), `chat` (a plain chat, the last resort), or `auto` by model, engine and region.
---@field fim_form? 'documented'|'typed-last' In the mode `fim`: `documented` (prefix, suffix, middle, as the models were trained), or `typed-last` (what is typed of the cursor's line stands behind the middle token: a prefix cache then serves nearly all of the prompt at the next key; untried with real weights).
---@field protocol? 'openai'|'dashscope' Model Studio only: `openai` (compatible mode) or `dashscope` (native).
---@field region? 'beijing'|'singapore'|'virginia'|'hongkong'|'frankfurt'|'tokyo' Model Studio only: the region that the key belongs to.
---@field workspace_id? string Model Studio only: workspace whose own host is used.
---@field api_key_env? string Name of the environment variable that holds the key; by default `DASHSCOPE_API_KEY` for Model Studio, `INFILL_LS_API_KEY` for other servers.
---@field api_key_command? string[] Program and arguments whose standard output is the key, for example a password manager.
---@field headers? table<string, string> Further HTTP headers to send.
---@field proxy? string HTTP proxy; by default what `HTTPS_PROXY` and `NO_PROXY` say.
---@field ca_bundle? string File of CA certificates to trust; by default `SSL_CERT_FILE`, else the system's.
---@field temperature? number Sampling temperature; not sent when `provider.top_p` is set.
---@field top_p? number Nucleus sampling; sent instead of the temperature.
---@field seed? integer Seed for repeatable answers.
---@field presence_penalty? number Positive values repeat less.
---@field max_tokens? integer Longest answer asked for. In tokens.
---@field stop? string[] Further strings that end an answer.
---@field thinking? 'off'|'on' Whether a hybrid model may think before it answers.
---@field thinking_budget? integer Most tokens a thinking model may think. In tokens.
---@field timeout_s? infill_ls.Timeouts Longest waits: `connect`, `first_token` and `total`. In seconds.

---@class infill_ls.Settings.completion
---@field trigger? 'auto'|'manual' `auto`, or `manual` (only explicit requests).
---@field lines? 'single'|'multi'|'auto' One line, several, or as the place suggests.
---@field debounce_ms? 'adaptive'|integer Pause after the last key before a model is asked: `adaptive` or a number. In ms.
---@field fallback? 'auto'|'on'|'off' Serve `textDocument/completion` too: `auto` (editors known to lack inline completion), `on`, `off`.
---@field max_lines? integer Longest suggestion. In lines.
---@field candidates? integer Suggestions per explicit request.
---@field comments? boolean Suggestions in comments; explicit requests always get them.
---@field strings? boolean Suggestions in strings; explicit requests always get them.
---@field speculate? boolean Ask ahead, while a suggestion is being read, for what follows where it is accepted.
---@field languages? table<string, boolean> On or off by language id or file glob, for example `{markdown = false}`.
---@field rules? table<infill_ls.Rule, boolean> Rules on a model's text, on or off by name (see below), for example `{dedent = false}`.

---@class infill_ls.Settings.context
---@field budget_tokens? integer Longest prompt, other files included. In tokens.
---@field prefix_tokens? integer Text before the cursor. In tokens.
---@field suffix_tokens? integer Text after the cursor; by default 512, but 128 in a fill-in-the-middle prompt as documented, where it comes last, so that no prefix cache helps with it. In tokens.

---@class infill_ls.Settings.privacy
---@field exclude? string[] Globs of files that are never read as context and never sent, added to the built-in list.

---@class infill_ls.Settings.cache
---@field size? integer Answers kept. In entries.
---@field ttl_s? integer How long an answer is kept. In seconds.

---@class infill_ls.Settings.local
---@field max_files? integer Files indexed. In files.
---@field max_file_kb? integer Larger files are passed over. In KiB.
---@field max_total_mb? integer Text indexed in all. In MiB.
---@field max_seconds? integer Indexing ends after this long. In seconds.
---@field installed? boolean In a small project, learn also from what is installed for the language: its standard library and the project's dependencies.

---@class infill_ls.Settings.usage
---@field daily_tokens? integer A cap; past it only cached and local answers. In tokens.
---@field prices? table<string, infill_ls.Price> What models cost per million tokens, for `infill-ls usage`, for example `{qwen3-coder-flash = {input = 0.3, output = 1.5, currency = "USD"}}`; `cached` may be given, too.

---@class infill_ls.Settings.log
---@field level? 'debug'|'info'|'warning'|'error' Least serious message logged.

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
---| 'echo' # the cursor's line, or what a chat server was given to continue, once more
---| 'stop' # control tokens and stop strings
---| 'think' # thoughts before the answer
---| 'repetition' # a piece or a line that comes again and again
---| 'whitespace' # blank lines and white space without end
---| 'fence' # a Markdown fence around the answer, and the prose before it
---| 'closer' # a closing bracket that nothing opened, or that the document has already
---| 'block' # what comes after the block that the cursor is in
---| 'statement' # what comes after the statement that the cursor is in
---| 'suffix' # what stands after the cursor already, given once more
---| 'hidden' # characters that nobody sees, and marks that turn the direction of text round
---| 'token' # control tokens that the model was not known to have
---| 'question' # headings and tags of the question that the model was asked
---| 'prose' # an excuse or an introduction in place of code
---| 'backticks' # backticks around the whole answer
---| 'unfinished' # a last line that a limit has cut in two
---| 'lines' # more lines than were asked for
---| 'above' # lines before the cursor's, once more
---| 'mark' # the mark of a comment, once more
---| 'blank' # a line end before code that belongs on the cursor's line
---| 'chain' # a space between a dot and a name
---| 'indent' # indentation that stands before the cursor already
---| 'unit' # tabs for spaces, or spaces for tabs
---| 'tag' # what comes after the closing tag that the document has already
---| 'dedent' # indentation that later lines of Python have lost
---| 'shift' # indentation that later lines have lost, where brackets tell
---| 'line_ends' # white space at the ends of lines
---| 'short' # the mark of a comment and nothing else
---| 'syntax' # last lines that break a document which parses without them
