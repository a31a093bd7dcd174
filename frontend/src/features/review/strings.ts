import type { Strings } from '../../shared/strings_type';

export const review = {
  title: ['Review', '审核'],
  accept: ['Accept', '通过'],
  reject: ['Return', '退回'],
  fix: ['Fix', '修正'],
  fix_and_accept: ['Accept the fix', '通过修正'],
  fixing: ['You are fixing this annotation', '您正在修正此标注'],
  stop_fixing: ['Stop fixing', '放弃修正'],
  comment: ['What should be different?', '需要如何修改？'],
  comment_hint: ['The annotator sees this beside the task.', '标注员会在任务旁看到此意见。'],
  send_back: ['Return to annotator', '退回给标注员'],
  labelled_by: ['{{who}} labelled this', '由 {{who}} 标注'],
  from_prediction: ['began with a model\'s prediction', '基于模型预测'],
  annotation_number: ['Answer {{number}}', '答案 {{number}}'],
  none: ['Nothing to review', '没有待审核的标注'],
  none_detail: ['Every submitted annotation has been looked at.', '所有已提交的标注均已审核。'],
} as const satisfies Strings;
