import type { Strings } from '../shared/strings_type';

export const shell = {
  datasets: ['Datasets', '数据集'],
  standards: ['Standards', '标注规范'],
  projects: ['Projects', '项目'],
  models: ['Models', '模型'],
  jobs: ['Jobs', '作业'],
  settings: ['Settings', '设置'],
  menu: ['Menu', '菜单'],
  navigation: ['Main navigation', '主导航'],
  skip_to_content: ['Skip to content', '跳到内容'],
  switch_workspace: ['Switch workspace', '切换工作区'],
  new_workspace: ['New workspace', '新建工作区'],
  slug: ['Short name', '短名称'],
  slug_hint: ['Used in addresses: lower-case letters, digits, hyphens.', '用于网址：小写字母、数字、连字符。'],
  overlays: ['Menus and messages', '菜单与消息'],
  account: ['Account', '账户'],
  light: ['Switch to light', '切换到浅色'],
  dark: ['Switch to dark', '切换到深色'],
  not_found: ['Nothing here', '这里什么也没有'],
  not_found_detail: ['This address does not exist, or you may not see what is behind it.', '此地址不存在，或您无权查看其内容。'],
  go_home: ['Back to start', '返回首页'],
} as const satisfies Strings;
