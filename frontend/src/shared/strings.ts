import type { Strings } from './strings_type';

export const shared = {
  name: ['Name', '名称'],
  description: ['Description', '说明'],
  create: ['Create', '创建'],
  save: ['Save', '保存'],
  actions: ['Actions', '操作'],
  cancel: ['Cancel', '取消'],
  close: ['Close', '关闭'],
  remove: ['Remove', '移除'],
  retry: ['Try again', '重试'],
  loading: ['Loading', '加载中'],
  more: ['Load more', '加载更多'],
  copy: ['Copy', '复制'],
  copied: ['Copied', '已复制'],
  undo: ['Undo', '撤销'],
  undo_failed: ['This could not be taken back', '无法撤销'],
  email: ['Email', '电子邮箱'],
  role: ['Role', '角色'],
  place: ['at {{place}}', '位置：{{place}}'],
  request: ['request {{id}}', '请求 {{id}}'],
  unlabelled: ['no label', '无标签'],
} as const satisfies Strings;
