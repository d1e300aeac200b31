;;; infill-ls-custom.el --- Settings of the language server infill-ls  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Made by editors/make_settings/emacs.py, from
;; server/infill_ls/settings/schema.py; `UPDATE=1 pytest tests/settings' writes
;; it anew.  A setting that is nil is not sent, so that the server's own
;; settings file and its default decide.  Where code is sent is for the user
;; alone to say: values that a file or a folder sets for its buffers are not
;; looked at.

;;; Code:

(defgroup infill-ls nil
  "Ghost text from the language server infill-ls."
  :group 'tools
  :prefix "infill-ls-")

(defcustom infill-ls-provider-kind nil
  "The setting “provider.kind”.
Where completions come from: “auto” (the server of “provider.base_url” if that
is set, Model Studio if a key is found, else “local”), “local” (the embedded
engine: no key, no network), a service by name, or “openai” (any other server
with an OpenAI-compatible API)."
  :type '(choice (const :tag "Not set: auto" nil) (const "auto") (const "local") (const "model-studio") (const "openai") (const "llama.cpp") (const "ollama") (const "vllm") (const "sglang") (const "lm-studio") (const "litellm") (const "deepseek") (const "mistral") (const "inception") (const "siliconflow") (const "fireworks") (const "together") (const "openrouter"))
  :group 'infill-ls)

(defcustom infill-ls-provider-base-url nil
  "The setting “provider.base_url”.
Address of the server, with or without “/v1”, slash or full path; by default
the usual one of the kind."
  :type '(choice (const :tag "Not set" nil) string)
  :group 'infill-ls)

(defcustom infill-ls-provider-model nil
  "The setting “provider.model”.
Model name; by default one that suits the kind and the mode."
  :type '(choice (const :tag "Not set" nil) string)
  :group 'infill-ls)

(defcustom infill-ls-provider-mode nil
  "The setting “provider.mode”.
How the model is called: “fim” (fill-in-the-middle tokens in a completions
prompt), “partial” (a chat whose last message the model continues), “chat” (a
plain chat, the last resort), or “auto” by model, engine and region."
  :type '(choice (const :tag "Not set: auto" nil) (const "auto") (const "fim") (const "partial") (const "chat"))
  :group 'infill-ls)

(defcustom infill-ls-provider-family nil
  "The setting “provider.family”.
How the model spells a fill-in-the-middle prompt: “auto” (as its name says),
or the name of a family, for fine-tunes whose name says nothing; “none” is a
model without such tokens."
  :type '(choice (const :tag "Not set: auto" nil) (const "auto") (const "qwen-coder") (const "qwen") (const "starcoder2") (const "starcoder") (const "stable-code") (const "granite4") (const "codellama") (const "deepseek") (const "codestral") (const "codegemma") (const "seed-coder") (const "mellum") (const "glm") (const "none"))
  :group 'infill-ls)

(defcustom infill-ls-provider-context-tokens nil
  "The setting “provider.context_tokens”.
How much the model reads at once, prompt and answer together; by default what
the server says.  In tokens."
  :type '(choice (const :tag "Not set" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-provider-warm nil
  "The setting “provider.warm”.
Ollama only: how long it keeps the model loaded after each request, for
example “10m” or “1h”; “off” leaves that to Ollama."
  :type '(choice (const :tag "Not set: 30m" nil) string)
  :group 'infill-ls)

(defcustom infill-ls-provider-session nil
  "The setting “provider.session”.
Your own servers only: what is sent as “X-Session-ID”, by which a router in
front of several engines finds the one that has your prompts cached: “auto” (a
random number for each machine and workspace, which names nobody), “off”, or a
text."
  :type '(choice (const :tag "Not set: auto" nil) string)
  :group 'infill-ls)

(defcustom infill-ls-provider-cache-salt nil
  "The setting “provider.cache_salt”.
vLLM only: requests with different salts share no cache, so that nobody can
tell by the time of an answer what others have sent."
  :type '(choice (const :tag "Not set" nil) string)
  :group 'infill-ls)

(defcustom infill-ls-provider-fim-form nil
  "The setting “provider.fim_form”.
In mode “fim”: “documented” (prefix, suffix, middle, as the models were
trained), or “typed-last” (what you have typed of the cursor's line follows
the middle token, so that a prefix cache serves nearly all of the prompt at
the next key; untried with real weights)."
  :type '(choice (const :tag "Not set: documented" nil) (const "documented") (const "typed-last"))
  :group 'infill-ls)

(defcustom infill-ls-provider-protocol nil
  "The setting “provider.protocol”.
Model Studio only: “openai” (compatible mode) or “dashscope” (native)."
  :type '(choice (const :tag "Not set: openai" nil) (const "openai") (const "dashscope"))
  :group 'infill-ls)

(defcustom infill-ls-provider-region nil
  "The setting “provider.region”.
Model Studio only: the region that the key belongs to."
  :type '(choice (const :tag "Not set: singapore" nil) (const "beijing") (const "singapore") (const "virginia") (const "hongkong") (const "frankfurt") (const "tokyo"))
  :group 'infill-ls)

(defcustom infill-ls-provider-workspace-id nil
  "The setting “provider.workspace_id”.
Model Studio only: the workspace whose own host is used."
  :type '(choice (const :tag "Not set" nil) string)
  :group 'infill-ls)

(defcustom infill-ls-provider-api-key-env nil
  "The setting “provider.api_key_env”.
Name of the environment variable that holds the key; by default the service's
own, such as “DASHSCOPE_API_KEY” or “MISTRAL_API_KEY”, and “INFILL_LS_API_KEY”
for your own servers."
  :type '(choice (const :tag "Not set" nil) string)
  :group 'infill-ls)

(defcustom infill-ls-provider-api-key-command nil
  "The setting “provider.api_key_command”.
Program and arguments whose standard output is the key, for example a password
manager."
  :type '(repeat string)
  :group 'infill-ls)

(defcustom infill-ls-provider-headers nil
  "The setting “provider.headers”.
Further HTTP headers to send."
  :type '(alist :key-type string :value-type string)
  :group 'infill-ls)

(defcustom infill-ls-provider-proxy nil
  "The setting “provider.proxy”.
HTTP proxy; by default what “HTTPS_PROXY” and “NO_PROXY” say."
  :type '(choice (const :tag "Not set" nil) string)
  :group 'infill-ls)

(defcustom infill-ls-provider-ca-bundle nil
  "The setting “provider.ca_bundle”.
File of CA certificates to trust; by default “SSL_CERT_FILE”, else the
system's."
  :type '(choice (const :tag "Not set" nil) string)
  :group 'infill-ls)

(defcustom infill-ls-provider-temperature nil
  "The setting “provider.temperature”.
Sampling temperature; not sent when “provider.top_p” is set."
  :type '(choice (const :tag "Not set: 0.1" nil) number)
  :group 'infill-ls)

(defcustom infill-ls-provider-top-p nil
  "The setting “provider.top_p”.
Nucleus sampling; sent instead of the temperature."
  :type '(choice (const :tag "Not set" nil) number)
  :group 'infill-ls)

(defcustom infill-ls-provider-seed nil
  "The setting “provider.seed”.
Seed for repeatable answers."
  :type '(choice (const :tag "Not set" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-provider-presence-penalty nil
  "The setting “provider.presence_penalty”.
Positive values repeat less."
  :type '(choice (const :tag "Not set" nil) number)
  :group 'infill-ls)

(defcustom infill-ls-provider-max-tokens nil
  "The setting “provider.max_tokens”.
Longest answer to request.  In tokens."
  :type '(choice (const :tag "Not set: 256" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-provider-stop nil
  "The setting “provider.stop”.
Further strings that end an answer."
  :type '(repeat string)
  :group 'infill-ls)

(defcustom infill-ls-provider-thinking nil
  "The setting “provider.thinking”.
Whether a hybrid model may think before it answers."
  :type '(choice (const :tag "Not set: off" nil) (const "off") (const "on"))
  :group 'infill-ls)

(defcustom infill-ls-provider-thinking-budget nil
  "The setting “provider.thinking_budget”.
Most tokens that a thinking model may spend on thoughts.  In tokens."
  :type '(choice (const :tag "Not set" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-provider-timeout-s nil
  "The setting “provider.timeout_s”.
Timeouts: “connect”, “first_token” and “total”.  In seconds."
  :type '(choice (const :tag "Not set" nil) (plist :key-type symbol :value-type number))
  :group 'infill-ls)

(defcustom infill-ls-completion-trigger nil
  "The setting “completion.trigger”.
“auto”, or “manual” (only explicit requests)."
  :type '(choice (const :tag "Not set: auto" nil) (const "auto") (const "manual"))
  :group 'infill-ls)

(defcustom infill-ls-completion-lines nil
  "The setting “completion.lines”.
One line, several, or as the place suggests."
  :type '(choice (const :tag "Not set: auto" nil) (const "single") (const "multi") (const "auto"))
  :group 'infill-ls)

(defcustom infill-ls-completion-debounce-ms nil
  "The setting “completion.debounce_ms”.
Delay after the last keystroke before a model is called: “adaptive” or a
number.  In ms."
  :type '(choice (const :tag "Not set: adaptive" nil) (const "adaptive") natnum)
  :group 'infill-ls)

(defcustom infill-ls-completion-fallback nil
  "The setting “completion.fallback”.
Serve “textDocument/completion” too: “auto” (editors known to lack inline
completion), “on”, “off”."
  :type '(choice (const :tag "Not set: auto" nil) (const "auto") (const "on") (const "off"))
  :group 'infill-ls)

(defcustom infill-ls-completion-max-lines nil
  "The setting “completion.max_lines”.
Longest suggestion.  In lines."
  :type '(choice (const :tag "Not set: 40" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-completion-candidates nil
  "The setting “completion.candidates”.
Suggestions per explicit request."
  :type '(choice (const :tag "Not set: 1" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-completion-deep nil
  "The setting “completion.deep”.
“on” lets the model look things up in your project before it answers an
explicit request: files that are not private, where names are defined and
used.  It takes seconds and several requests.  With “off”, your editor's
command for a deep suggestion still asks for one."
  :type '(choice (const :tag "Not set: off" nil) (const "off") (const "on"))
  :group 'infill-ls)

(defcustom infill-ls-completion-deep-seconds nil
  "The setting “completion.deep_seconds”.
For so long a deep suggestion may look things up; then the model has to
answer.  In seconds."
  :type '(choice (const :tag "Not set: 30" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-completion-deep-tokens nil
  "The setting “completion.deep_tokens”.
Most that one deep suggestion may take in all its requests.  In tokens."
  :type '(choice (const :tag "Not set: 40000" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-completion-comments nil
  "The setting “completion.comments”.
Suggestions in comments; explicit requests always get them."
  :type '(choice (const :tag "Not set: on" nil) (const :tag "On" t) (const :tag "Off" :json-false))
  :group 'infill-ls)

(defcustom infill-ls-completion-strings nil
  "The setting “completion.strings”.
Suggestions in strings; explicit requests always get them."
  :type '(choice (const :tag "Not set: on" nil) (const :tag "On" t) (const :tag "Off" :json-false))
  :group 'infill-ls)

(defcustom infill-ls-completion-speculate nil
  "The setting “completion.speculate”.
Request in advance, while you read a suggestion, what would follow it."
  :type '(choice (const :tag "Not set: on" nil) (const :tag "On" t) (const :tag "Off" :json-false))
  :group 'infill-ls)

(defcustom infill-ls-completion-languages nil
  "The setting “completion.languages”.
On or off by language id or file glob, for example “{markdown = false}”."
  :type '(alist :key-type string :value-type boolean)
  :group 'infill-ls)

(defcustom infill-ls-completion-rules nil
  "The setting “completion.rules”.
Rules applied to a model's text, on or off by name (see below), for example
“{dedent = false}”."
  :type '(alist :key-type (choice (const "echo") (const "stop") (const "think") (const "repetition") (const "whitespace") (const "fence") (const "closer") (const "block") (const "statement") (const "suffix") (const "hidden") (const "token") (const "redacted") (const "question") (const "prose") (const "backticks") (const "unfinished") (const "lines") (const "above") (const "mark") (const "blank") (const "chain") (const "indent") (const "unit") (const "tag") (const "dedent") (const "shift") (const "line_ends") (const "short") (const "syntax") (const "broken")) :value-type boolean)
  :group 'infill-ls)

(defcustom infill-ls-next-edit-source nil
  "The setting “next_edit.source”.
Next edits: “repeats” (what you have changed twice is offered at the next
place; nothing is sent), “model” (a model says what follows from your last
changes, which are sent to it), “both” (a model where nothing repeats) or
“off”."
  :type '(choice (const :tag "Not set: repeats" nil) (const "repeats") (const "model") (const "both") (const "off"))
  :group 'infill-ls)

(defcustom infill-ls-next-edit-model nil
  "The setting “next_edit.model”.
The model for next edits, for example “zeta-2” or “sweep-next-edit-1.5b”; by
default “provider.model”."
  :type '(choice (const :tag "Not set" nil) string)
  :group 'infill-ls)

(defcustom infill-ls-next-edit-base-url nil
  "The setting “next_edit.base_url”.
Address of its server, where that is not “provider”'s, whose keys and headers
it does not get."
  :type '(choice (const :tag "Not set" nil) string)
  :group 'infill-ls)

(defcustom infill-ls-next-edit-family nil
  "The setting “next_edit.family”.
The form of the prompt for it: “auto” (the one that the model's name tells,
else “chat” or “json”), or the name of one."
  :type '(choice (const :tag "Not set: auto" nil) (const "auto") (const "zeta2.1") (const "zeta2") (const "zeta1") (const "sweep") (const "instinct") (const "mercury") (const "chat") (const "json"))
  :group 'infill-ls)

(defcustom infill-ls-next-edit-reach-lines nil
  "The setting “next_edit.reach_lines”.
How far from the last change a next edit may be; three times as far where the
same was left alone nowhere.  In lines."
  :type '(choice (const :tag "Not set: 60" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-next-edit-eagerness nil
  "The setting “next_edit.eagerness”.
“low” takes three examples instead of two and half the reach; “high” reaches
through the whole file."
  :type '(choice (const :tag "Not set: medium" nil) (const "low") (const "medium") (const "high"))
  :group 'infill-ls)

(defcustom infill-ls-next-edit-languages nil
  "The setting “next_edit.languages”.
Next edits on or off by language id or file glob, for example “{markdown =
false}”."
  :type '(alist :key-type string :value-type boolean)
  :group 'infill-ls)

(defcustom infill-ls-context-budget-tokens nil
  "The setting “context.budget_tokens”.
Longest prompt, other files included; a token counts as four characters.  In
tokens."
  :type '(choice (const :tag "Not set: 4096" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-context-prefix-tokens nil
  "The setting “context.prefix_tokens”.
Text before the cursor.  In tokens."
  :type '(choice (const :tag "Not set: 2048" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-context-suffix-tokens nil
  "The setting “context.suffix_tokens”.
Text after the cursor; by default 512, but 128 in a “documented”
fill-in-the-middle prompt, where it comes last, so that no prefix cache helps
with it.  In tokens."
  :type '(choice (const :tag "Not set" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-context-other-files nil
  "The setting “context.other_files”.
Show the model what your other files define: the lines by which functions and
classes are called, as far as the code at the cursor seems to need them."
  :type '(choice (const :tag "Not set: on" nil) (const :tag "On" t) (const :tag "Off" :json-false))
  :group 'infill-ls)

(defcustom infill-ls-context-other-files-tokens nil
  "The setting “context.other_files_tokens”.
Most text of other files; what “context.budget_tokens” leaves beside the text
around the cursor, at most.  In tokens."
  :type '(choice (const :tag "Not set: 1536" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-context-sources nil
  "The setting “context.sources”.
What of other files may be shown, on or off by name: “definitions” (what is
named near the cursor or imported), “similar” (what code like that at the
cursor names), “edits” (what your last changes name), “open” (what stands in
your open files and is not saved yet); for example “{edits = false}”."
  :type '(alist :key-type (choice (const "definitions") (const "similar") (const "edits") (const "open")) :value-type boolean)
  :group 'infill-ls)

(defcustom infill-ls-context-max-files nil
  "The setting “context.max_files”.
Files of the project that are read for it, those near the open ones first.  In
files."
  :type '(choice (const :tag "Not set: 5000" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-context-max-total-mb nil
  "The setting “context.max_total_mb”.
Text that is read for it in all; it takes three times as much memory.  In MiB."
  :type '(choice (const :tag "Not set: 20" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-context-max-seconds nil
  "The setting “context.max_seconds”.
Reading for it ends after this long.  In seconds."
  :type '(choice (const :tag "Not set: 20" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-privacy-redact nil
  "The setting “privacy.redact”.
Blank what looks like a secret in the code that is sent: keys of services,
private keys, passwords."
  :type '(choice (const :tag "Not set: on" nil) (const :tag "On" t) (const :tag "Off" :json-false))
  :group 'infill-ls)

(defcustom infill-ls-privacy-exclude nil
  "The setting “privacy.exclude”.
Globs of files that are never read as context and never sent, added to the
built-in list."
  :type '(repeat string)
  :group 'infill-ls)

(defcustom infill-ls-cache-size nil
  "The setting “cache.size”.
Answers kept.  In entries."
  :type '(choice (const :tag "Not set: 500" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-cache-ttl-s nil
  "The setting “cache.ttl_s”.
How long an answer is kept.  In seconds."
  :type '(choice (const :tag "Not set: 600" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-local-max-files nil
  "The setting “local.max_files”.
Files indexed.  In files."
  :type '(choice (const :tag "Not set: 2000" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-local-max-file-kb nil
  "The setting “local.max_file_kb”.
Larger files are skipped.  In KiB."
  :type '(choice (const :tag "Not set: 256" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-local-max-total-mb nil
  "The setting “local.max_total_mb”.
Text indexed in all.  In MiB."
  :type '(choice (const :tag "Not set: 16" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-local-max-seconds nil
  "The setting “local.max_seconds”.
Indexing ends after this long.  In seconds."
  :type '(choice (const :tag "Not set: 20" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-local-installed nil
  "The setting “local.installed”.
In a small project, learn also from what is installed for the language: its
standard library and the project's dependencies."
  :type '(choice (const :tag "Not set: on" nil) (const :tag "On" t) (const :tag "Off" :json-false))
  :group 'infill-ls)

(defcustom infill-ls-local-eagerness nil
  "The setting “local.eagerness”.
How readily the embedded engine offers something: “calm”, or “lively” for a
little more help and a tenth more suggestions that turn out wrong."
  :type '(choice (const :tag "Not set: calm" nil) (const "calm") (const "lively"))
  :group 'infill-ls)

(defcustom infill-ls-local-spare-calls nil
  "The setting “local.spare_calls”.
Send no request to the model where the embedded engine is all but sure of the
rest of the line."
  :type '(choice (const :tag "Not set: on" nil) (const :tag "On" t) (const :tag "Off" :json-false))
  :group 'infill-ls)

(defcustom infill-ls-usage-daily-tokens nil
  "The setting “usage.daily_tokens”.
Daily cap; beyond it only cached and local answers.  In tokens."
  :type '(choice (const :tag "Not set" nil) natnum)
  :group 'infill-ls)

(defcustom infill-ls-usage-prices nil
  "The setting “usage.prices”.
What models cost per million tokens, for “infill-ls usage”, for example
“{qwen3-coder-flash = {input = 0.3, output = 1.5, currency = \"USD\"}}”;
“cached” may be given, too."
  :type '(alist :key-type string :value-type plist)
  :group 'infill-ls)

(defcustom infill-ls-log-level nil
  "The setting “log.level”.
Minimum log level."
  :type '(choice (const :tag "Not set: warning" nil) (const "debug") (const "info") (const "warning") (const "error"))
  :group 'infill-ls)

(defconst infill-ls-custom--names
  '((infill-ls-provider-kind :provider :kind choice)
    (infill-ls-provider-base-url :provider :base_url string)
    (infill-ls-provider-model :provider :model string)
    (infill-ls-provider-mode :provider :mode choice)
    (infill-ls-provider-family :provider :family choice)
    (infill-ls-provider-context-tokens :provider :context_tokens integer)
    (infill-ls-provider-warm :provider :warm string)
    (infill-ls-provider-session :provider :session string)
    (infill-ls-provider-cache-salt :provider :cache_salt string)
    (infill-ls-provider-fim-form :provider :fim_form choice)
    (infill-ls-provider-protocol :provider :protocol choice)
    (infill-ls-provider-region :provider :region choice)
    (infill-ls-provider-workspace-id :provider :workspace_id string)
    (infill-ls-provider-api-key-env :provider :api_key_env variable)
    (infill-ls-provider-api-key-command :provider :api_key_command strings)
    (infill-ls-provider-headers :provider :headers table)
    (infill-ls-provider-proxy :provider :proxy string)
    (infill-ls-provider-ca-bundle :provider :ca_bundle string)
    (infill-ls-provider-temperature :provider :temperature number)
    (infill-ls-provider-top-p :provider :top_p number)
    (infill-ls-provider-seed :provider :seed integer)
    (infill-ls-provider-presence-penalty :provider :presence_penalty number)
    (infill-ls-provider-max-tokens :provider :max_tokens integer)
    (infill-ls-provider-stop :provider :stop strings)
    (infill-ls-provider-thinking :provider :thinking choice)
    (infill-ls-provider-thinking-budget :provider :thinking_budget integer)
    (infill-ls-provider-timeout-s :provider :timeout_s timeouts)
    (infill-ls-completion-trigger :completion :trigger choice)
    (infill-ls-completion-lines :completion :lines choice)
    (infill-ls-completion-debounce-ms :completion :debounce_ms debounce)
    (infill-ls-completion-fallback :completion :fallback choice)
    (infill-ls-completion-max-lines :completion :max_lines integer)
    (infill-ls-completion-candidates :completion :candidates integer)
    (infill-ls-completion-deep :completion :deep choice)
    (infill-ls-completion-deep-seconds :completion :deep_seconds integer)
    (infill-ls-completion-deep-tokens :completion :deep_tokens integer)
    (infill-ls-completion-comments :completion :comments bool)
    (infill-ls-completion-strings :completion :strings bool)
    (infill-ls-completion-speculate :completion :speculate bool)
    (infill-ls-completion-languages :completion :languages languages)
    (infill-ls-completion-rules :completion :rules switches)
    (infill-ls-next-edit-source :next_edit :source choice)
    (infill-ls-next-edit-model :next_edit :model string)
    (infill-ls-next-edit-base-url :next_edit :base_url string)
    (infill-ls-next-edit-family :next_edit :family choice)
    (infill-ls-next-edit-reach-lines :next_edit :reach_lines integer)
    (infill-ls-next-edit-eagerness :next_edit :eagerness choice)
    (infill-ls-next-edit-languages :next_edit :languages languages)
    (infill-ls-context-budget-tokens :context :budget_tokens integer)
    (infill-ls-context-prefix-tokens :context :prefix_tokens integer)
    (infill-ls-context-suffix-tokens :context :suffix_tokens integer)
    (infill-ls-context-other-files :context :other_files bool)
    (infill-ls-context-other-files-tokens :context :other_files_tokens integer)
    (infill-ls-context-sources :context :sources switches)
    (infill-ls-context-max-files :context :max_files integer)
    (infill-ls-context-max-total-mb :context :max_total_mb integer)
    (infill-ls-context-max-seconds :context :max_seconds integer)
    (infill-ls-privacy-redact :privacy :redact bool)
    (infill-ls-privacy-exclude :privacy :exclude strings)
    (infill-ls-cache-size :cache :size integer)
    (infill-ls-cache-ttl-s :cache :ttl_s integer)
    (infill-ls-local-max-files :local :max_files integer)
    (infill-ls-local-max-file-kb :local :max_file_kb integer)
    (infill-ls-local-max-total-mb :local :max_total_mb integer)
    (infill-ls-local-max-seconds :local :max_seconds integer)
    (infill-ls-local-installed :local :installed bool)
    (infill-ls-local-eagerness :local :eagerness choice)
    (infill-ls-local-spare-calls :local :spare_calls bool)
    (infill-ls-usage-daily-tokens :usage :daily_tokens integer)
    (infill-ls-usage-prices :usage :prices prices)
    (infill-ls-log-level :log :level choice))
  "Each setting's variable, with where it stands and its kind.")

(defconst infill-ls-custom--services
  '(("model-studio" "DASHSCOPE_API_KEY" ".aliyuncs.com")
    ("llama.cpp" "INFILL_LS_API_KEY")
    ("ollama" "INFILL_LS_API_KEY")
    ("vllm" "INFILL_LS_API_KEY")
    ("sglang" "INFILL_LS_API_KEY")
    ("lm-studio" "INFILL_LS_API_KEY")
    ("deepseek" "DEEPSEEK_API_KEY" "api.deepseek.com")
    ("mistral" "MISTRAL_API_KEY" "codestral.mistral.ai" "api.mistral.ai")
    ("inception" "INCEPTION_API_KEY" "api.inceptionlabs.ai")
    ("siliconflow" "SILICONFLOW_API_KEY" "api.siliconflow.cn" "api.siliconflow.com")
    ("fireworks" "FIREWORKS_API_KEY" "api.fireworks.ai")
    ("together" "TOGETHER_API_KEY" "api.together.xyz" "api.together.ai")
    ("openrouter" "OPENROUTER_API_KEY" "openrouter.ai")
    ("litellm" "INFILL_LS_API_KEY")
    ("openai" "INFILL_LS_API_KEY"))
  "Kind of server, the variable of its key, ends of its hosts' names.")

(provide 'infill-ls-custom)
;;; infill-ls-custom.el ends here
