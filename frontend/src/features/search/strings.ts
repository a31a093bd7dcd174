import type { Strings } from '../../shared/strings_type';

export const search = {
  placeholder: ['Search samples, e.g. label:cat split:train', '搜索样本，例如 label:cat split:train'],
  label: ['Search samples', '搜索样本'],
  help: ['How to search', '搜索语法'],
  help_words: ['words anywhere: key, text, labels, metadata', '任意位置的词：键、文本、标签、元数据'],
  help_phrase: ['a phrase, word for word', '完整短语'],
  help_label: ['samples with this label', '含此标签的样本'],
  help_split: ['samples of this split', '属于此划分的样本'],
  help_not: ['but not these', '排除这些'],
  help_all: ['all of these together', '同时满足'],
  clear: ['Clear search', '清除搜索'],
  found_one: ['{{count}} sample found', '找到 {{count}} 个样本'],
  found_other: ['{{count}} samples found', '找到 {{count}} 个样本'],
  none: ['Nothing matches', '没有匹配的样本'],
  none_detail: ['Try fewer words, or look at the help beside the search box.', '请减少关键词，或查看搜索框旁的语法帮助。'],
  stale: ['The index is at {{commit}}; newer commits will be found in a moment.', '索引位于 {{commit}}；较新的提交稍后即可搜索。'],
} as const satisfies Strings;
