import type { Strings } from '../shared/strings_type';

export const audio = {
  label: ['Recording {{key}}. Space plays, arrows move, Shift and arrows select.', '录音 {{key}}。空格播放，方向键移动，Shift 加方向键选择。'],
  tools: ['Recording tools', '录音工具'],
  play: ['Play or pause', '播放或暂停'],
  zoom_in: ['Magnify', '放大'],
  zoom_out: ['Reduce', '缩小'],
  loading: ['Loading the recording…', '正在加载录音…'],
  failed: ['This recording could not be loaded.', '无法加载此录音。'],
  failed_detail: ['The service did not send it, or it cannot be decoded. Try again, or skip the task and say why.', '服务未能提供，或无法解码。请重试，或跳过该任务并说明原因。'],
  keys: ['Recording', '录音'],
  key_play: ['play or pause', '播放或暂停'],
  key_step: ['a tenth of a second', '移动十分之一秒'],
  key_leap: ['one second', '移动一秒'],
  key_select: ['select from where it stands', '从当前位置选择'],
  key_make: ['make the selection an interval', '将选区标为区间'],
  key_end: ['move the selected interval\'s end', '移动所选区间的终点'],
  key_start: ['move the selected interval\'s start', '移动所选区间的起点'],
} as const satisfies Strings;
