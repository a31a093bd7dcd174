import type { Strings } from '../../shared/strings_type';

export const models = {
  title: ['Models', '模型'],
  subtitle: ['ONNX graphs with how their input is made and their output is read. Each version is named by its hash.', 'ONNX 图及其输入处理与输出解读方式。每个版本以散列命名。'],
  register: ['Register model', '注册模型'],
  none: ['No models yet', '还没有模型'],
  none_detail: ['Register an ONNX model, and let it pre-label your projects.', '注册 ONNX 模型，用于项目预标注。'],
  manifest: ['Manifest', '清单'],
  manifest_hint: ['What the model takes and gives, as JSON. Choose a file or edit it here.', '以 JSON 描述模型的输入与输出。可选择文件或在此编辑。'],
  manifest_wrong: ['This is not JSON', '不是有效的 JSON'],
  choose_manifest: ['Choose a file', '选择文件'],
  graph: ['ONNX graph', 'ONNX 图'],
  choose_graph: ['Choose an .onnx file', '选择 .onnx 文件'],
  checked: ['The graph is checked before it is stored.', '存储前会检查该图。'],
  version: ['Version', '版本'],
  task: ['Task', '任务'],
  layer: ['Layer', '层'],
  classes: ['Classes', '类别'],
  registered: ['Registered', '注册时间'],
  task_image_classification: ['Image classification', '图像分类'],
  task_text_classification: ['Text classification', '文本分类'],
  task_object_detection: ['Object detection', '目标检测'],
} as const satisfies Strings;
