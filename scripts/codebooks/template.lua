-- A codebook to copy. Give the file a name of your own, put it into a folder "codebooks" beside your
-- papers, change the words, and let the tests tell you whether your rules do what you mean:
--
--     entente codebook test my_codebook.lua
--
-- A codebook is a tree of categories. Categories with entries (`any`) code text; the ones above them
-- only group. This one asks what papers say hinders online trade (barrier) and what is done about it
-- (relief), in English and Chinese; the sentence is the unit, so every rule looks inside one sentence.
--
-- A term is one word or several in a row. Letters: case, curly quotes and a final ’s do not matter,
-- and a hyphen inside a word is a blank (cross-border finds cross border). Chinese characters are
-- matched one by one, whatever a segmenter would say; write them Simplified, Traditional is found too.
--     tariff*             *  any ending, tariff or tariffs (not beside Chinese characters)
--     organi?ation        ?  exactly one character
--     rise|rises|rising   |  either word
--     \*                  \  the sign itself
-- Operators take terms or other operators; n counts the words (in Chinese: characters) between:
--     near(n, a, b, …)   all of them, in any order      seq(n, a, b, …)   in this order
--     all(a, b, …)       all in one unit                any(a, b, …)      one of them
--     except(a, b)       a where it does not touch b    unless(n, a, b)   a with no b within n words
--     exact "US"         as written, so that "us" is not found

-- Words that several entries need can be given a name, once.
local GOODS = "parcel*|shipment*|good|goods"

return codebook "my-codebook" {
  version     = "0.1.0",                        -- the only field that is required; raise it when you change a rule
  label       = { en = "My codebook", zh = "我的编码本" },
  description = "What hinders online trade, and what is done about it.",
  unit        = "sentence",                     -- or "paragraph", "section", "page", "document"
  overlap     = "longest",                      -- of two hits that share words, the longer one counts

  category "online-trade" {
    label      = { en = "Online trade", zh = "网上贸易" },
    definition = "What is said about trade over the internet.",
    color      = "#2166ac",                     -- in the report; the categories below may have their own

    category "barrier" {
      label        = { en = "Barrier", zh = "障碍" },
      -- One line: if two people read it, they should code the same sentences.
      definition   = "Something is said to hinder online trade across borders.",
      include_note = "Tariffs, delays at customs, payment that fails.",
      exclude_note = "What is done against them: relief.",
      any = {                                   -- one entry that fits is enough
        en = {
          "trade barrier*",                                         -- a term
          near(4, "delay*|stuck|stop|stops|stopped", "customs"),    -- customs delays, stuck at the customs
          seq(3, "high|higher|rising", "tariff*|duty|duties"),      -- in this order only
          all("fee|fees", any("cross border", "foreign"), "sellers|shops"),    -- all three anywhere in the sentence
          except("payment* fail*", "payment* fail* rarely"),        -- a, but not where it is part of b
          seq(2, exact "US", "tariff*"),                            -- the country, not the pronoun
        },
        zh = {
          "贸易壁垒",
          near(8, any("关税", "手续费"), any("过高", "上涨")),      -- in Chinese n counts characters: take 6 to 15
          seq(6, "海关", any("延误", "滞留")),
          "清关缓慢",
        },
      },
      none = {                                  -- takes away the hits that it touches, not the sentence
        en = { seq(3, "remov*|lower*|abolish*", "trade barrier*") },
        zh = { seq(4, any("消除", "降低"), "贸易壁垒") },
      },
      guard = {                                 -- terms in which a hit is an accident
        en = { "trade barriers review" },       -- the name of a journal
        zh = { "贸易壁垒研究" },
      },
      examples = {                              -- must be coded; the tests run them
        "Parcels are stuck at the customs for weeks.",
        "High tariffs keep small shops away.",
        "Foreign sellers complain of fees.",
        "The new US tariffs hit small parcels first.",
        "手续费不断上涨,卖家叫苦不迭。",
        "货物在海关滞留多日。",
      },
      counterexamples = {                       -- must not be coded: look for the near misses
        "Both sides lowered trade barriers.",
        "The article appeared in the Trade Barriers Review.",
        "Please tell us tariffs before you ship.",
        "Payments fail rarely.",
        "双方致力于消除贸易壁垒。",
        "《贸易壁垒研究》是一本期刊。",
      },
    },

    category "relief" {
      label        = { en = "Relief", zh = "便利化" },
      definition   = "Something is proposed or done to ease online trade across borders.",
      include_note = "Lower tariffs, faster clearance, warehouses abroad.",
      exclude_note = "The mere name of an agreement.",
      any = {
        en = {
          near(4, "simplif*|speed*|faster|ease|eases|eased", "customs|clearance"),
          near(5, "remov*|lower*|abolish*", "tariff*|barrier*|duty|duties"),
          near(6, "build*|built|open|opened|opens", "warehouse*", GOODS),
          -- unless: "paperless" counts only where no word of doubt stands within three words.
          unless(3, "paperless trade|clearance", "hardly|never|not"),
        },
        zh = {
          near(8, any("简化", "加快"), any("通关", "清关", "手续")),
          near(6, any("降低", "取消", "消除"), any("关税", "贸易壁垒")),
          near(8, any("建设", "设立"), "海外仓"),
          "无纸化贸易",
        },
      },
      none = { en = { "ease|eases|eased off" } },
      examples = {
        "The port simplified its customs forms.",
        "A warehouse for parcels was built near the border.",
        "Paperless trade saves two days.",
        "两国同意加快通关。",
        "企业在当地设立海外仓。",
      },
      counterexamples = {
        "High tariffs keep small shops away.",
        "Paperless trade is hardly known here.",
        "The warehouse burned down.",
        "货物在海关滞留多日。",
        "清关缓慢令人不满。",
      },
    },
  },
}
