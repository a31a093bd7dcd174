// Kind words for the codes people meet most; the service's own words stand in for the rest.
import type { Strings } from './strings_type';

export const errors = {
  network: ['The service cannot be reached. Your work is kept; check the connection and try again.', '无法连接服务。您的工作已保留；请检查网络后重试。'],
  unexpected: ['Something went wrong that we did not expect.', '发生了意外错误。'],
  job_cancelled: ['The job was cancelled; nothing was changed.', '作业已取消，未作任何更改。'],
  page: ['This page could not be drawn.', '此页面无法显示。'],
  lease_lost: ['Your hold on this task has ended, and someone else may be working on it. Your answer was not sent.', '您对该任务的占用已结束，可能已由他人处理。您的答案未提交。'],
} as const satisfies Strings;
